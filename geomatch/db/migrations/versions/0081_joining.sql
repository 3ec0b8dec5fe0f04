-- Somebody with an account asks to belong to a group; one of its members or a broker says yes or no.
-- Frozen: later changes are later migrations.

CREATE TABLE people.joining (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    words TEXT DEFAULT '' NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    refused_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT joining_pkey PRIMARY KEY (id),
    CONSTRAINT joining_account_id_organisation_id_key UNIQUE (account_id, organisation_id),
    CONSTRAINT joining_account_id_fkey FOREIGN KEY(account_id) REFERENCES people.account (id) ON DELETE CASCADE,
    CONSTRAINT joining_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE
);
CREATE INDEX joining_organisation_id_index ON people.joining (organisation_id);

grant select, insert, update, delete on people.joining to geomatch_desk;
