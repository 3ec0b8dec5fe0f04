-- Letters, the links in them, and the role of the broker's desk.
-- Frozen: later changes are later migrations.

create schema people;
comment on schema people is 'Letters, accounts and what the public pages never show. Closed to the role geomatch_app.';

CREATE TABLE people.letter (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    address TEXT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    about JSONB DEFAULT '{}' NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    tries INTEGER DEFAULT 0 NOT NULL,
    refusal TEXT DEFAULT '' NOT NULL,
    CONSTRAINT letter_pkey PRIMARY KEY (id),
    CONSTRAINT letter_address_check CHECK (address ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    CONSTRAINT letter_subject_check CHECK (subject <> '' and subject !~ '[\r\n]'),
    CONSTRAINT letter_tries_check CHECK (tries >= 0),
    CONSTRAINT letter_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);
CREATE INDEX letter_due_index ON people.letter (due_at) WHERE sent_at is null;

CREATE TABLE people.link (
    token_sha256 BYTEA NOT NULL,
    county_id BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    about JSONB DEFAULT '{}' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT link_pkey PRIMARY KEY (token_sha256),
    CONSTRAINT link_token_sha256_check CHECK (octet_length(token_sha256) = 32),
    CONSTRAINT link_purpose_check CHECK (purpose <> ''),
    CONSTRAINT link_until_check CHECK (until > made_at),
    CONSTRAINT link_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);

-- The desk does what a broker does; it sees letters and may write, but never opens the schema homes.
do $$
begin
    if not exists (select from pg_roles where rolname = 'geomatch_desk') then
        create role geomatch_desk;
    end if;
exception when duplicate_object or unique_violation then
    null; -- another database of this server made it in the same moment
end $$;
grant geomatch_app to geomatch_desk;
grant usage on schema people to geomatch_desk;
grant select, insert, update, delete on all tables in schema people to geomatch_desk;
alter default privileges in schema people grant select, insert, update, delete on tables to geomatch_desk;
grant insert, update, delete on
    organisation, resource, resource_feature, opening, need, need_role, role_feature, need_window,
    booking, booking_unit, matching_run, match, unmatched, hub_place, hub_label_out, hub_label_in
to geomatch_desk;
