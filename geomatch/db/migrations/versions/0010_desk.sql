-- The desk: how people are reached, what they were asked and said, and what a broker did.
-- Frozen: later changes are later migrations.

CREATE TABLE people.contact (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    organisation_id BIGINT,
    resource_id BIGINT,
    need_id BIGINT,
    name TEXT DEFAULT '' NOT NULL,
    email TEXT,
    telephone TEXT,
    consent_how TEXT NOT NULL,
    consent_on DATE NOT NULL,
    consent_words TEXT DEFAULT '' NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT contact_pkey PRIMARY KEY (id),
    CONSTRAINT contact_consent_how_check CHECK (consent_how in ('telephone', 'in person', 'letter', 'e-mail', 'form')),
    CONSTRAINT contact_of_one_check CHECK (num_nonnulls(organisation_id, resource_id, need_id) = 1),
    CONSTRAINT contact_email_check CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    CONSTRAINT contact_reachable_check CHECK (num_nonnulls(email, telephone) > 0),
    CONSTRAINT contact_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT contact_organisation_id_key UNIQUE (organisation_id),
    CONSTRAINT contact_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE,
    CONSTRAINT contact_resource_id_key UNIQUE (resource_id),
    CONSTRAINT contact_resource_id_fkey FOREIGN KEY(resource_id) REFERENCES resource (id) ON DELETE CASCADE,
    CONSTRAINT contact_need_id_key UNIQUE (need_id),
    CONSTRAINT contact_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE
);

CREATE TABLE people.ask (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    need_id BIGINT,
    bundles BIGINT[] NOT NULL,
    bookings BIGINT[] NOT NULL,
    offers BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    telephone TEXT,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT,
    reason TEXT DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by TEXT DEFAULT '' NOT NULL,
    answered_how TEXT,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT ask_pkey PRIMARY KEY (id),
    CONSTRAINT ask_answer_check CHECK (answer in ('yes', 'no')),
    CONSTRAINT ask_answered_how_check CHECK (answered_how in ('link', 'telephone', 'in person', 'letter', 'e-mail', 'form')),
    CONSTRAINT ask_answered_check CHECK (num_nonnulls(answer, answered_at, answered_how) in (0, 3)),
    CONSTRAINT ask_about_check CHECK (cardinality(bundles) > 0 and cardinality(bookings) > 0),
    CONSTRAINT ask_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT ask_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE SET NULL
);
CREATE INDEX ask_bundles_index ON people.ask USING gin (bundles);

CREATE TABLE people.asked_after (
    bundle_id BIGINT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    told TEXT DEFAULT '' NOT NULL,
    CONSTRAINT asked_after_pkey PRIMARY KEY (bundle_id),
    CONSTRAINT asked_after_bundle_id_fkey FOREIGN KEY(bundle_id) REFERENCES bundle (id) ON DELETE CASCADE
);

CREATE TABLE people.decision (
    matching_run_id BIGINT NOT NULL,
    need_id BIGINT NOT NULL,
    said TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    bundle_id BIGINT,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT decision_pkey PRIMARY KEY (matching_run_id, need_id),
    CONSTRAINT decision_said_check CHECK (said in ('accepted', 'edited', 'rejected')),
    CONSTRAINT decision_reason_check CHECK (said <> 'rejected' or reason <> ''),
    CONSTRAINT decision_matching_run_id_fkey FOREIGN KEY(matching_run_id) REFERENCES matching_run (id) ON DELETE CASCADE,
    CONSTRAINT decision_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE,
    CONSTRAINT decision_bundle_id_fkey FOREIGN KEY(bundle_id) REFERENCES bundle (id) ON DELETE SET NULL
);

CREATE TABLE people.act (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    need_id BIGINT,
    what TEXT NOT NULL,
    words TEXT NOT NULL,
    about JSONB DEFAULT '{}' NOT NULL,
    who TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT act_pkey PRIMARY KEY (id),
    CONSTRAINT act_told_check CHECK (what <> '' and words <> ''),
    CONSTRAINT act_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT act_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE SET NULL
);
CREATE INDEX act_at_index ON people.act (county_id, at desc);

-- Where the application comes in under its own name (the private server), so does the desk.
do $$
begin
    if exists (select from pg_roles where rolname = 'geomatch_app' and rolcanlogin)
        and not exists (select from pg_roles where rolname = 'geomatch_desk' and rolcanlogin) then
        alter role geomatch_desk login;
    end if;
end $$;
