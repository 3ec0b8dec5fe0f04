-- Accounts: who may sign in, as what, and what they posted. One-time links, sessions and tokens only as hashes.
-- Frozen: later changes are later migrations.

CREATE TABLE people.account (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    email TEXT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    password TEXT,
    totp BYTEA,
    totp_step BIGINT DEFAULT '0' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT account_pkey PRIMARY KEY (id),
    CONSTRAINT account_email_check CHECK (email = lower(email) and email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    CONSTRAINT account_email_key UNIQUE (email)
);

CREATE TABLE people.role_held (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    county_id BIGINT,
    area TEXT,
    given_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT role_held_pkey PRIMARY KEY (id),
    CONSTRAINT role_held_role_check CHECK (role in ('broker', 'ljc_member', 'administrator')),
    CONSTRAINT role_held_area_check CHECK ((role = 'ljc_member') = (area is not null)),
    CONSTRAINT role_held_area_kind_check CHECK (area ~ '^ljc/.'),
    CONSTRAINT role_held_account_id_fkey FOREIGN KEY(account_id) REFERENCES people.account (id) ON DELETE CASCADE,
    CONSTRAINT role_held_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);
CREATE INDEX role_held_account_id_index ON people.role_held (account_id);

CREATE TABLE people.member (
    account_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT member_pkey PRIMARY KEY (account_id, organisation_id),
    CONSTRAINT member_account_id_fkey FOREIGN KEY(account_id) REFERENCES people.account (id) ON DELETE CASCADE,
    CONSTRAINT member_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE
);

CREATE TABLE people.trusted (
    organisation_id BIGINT NOT NULL,
    since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT trusted_pkey PRIMARY KEY (organisation_id),
    CONSTRAINT trusted_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE
);

CREATE TABLE people.session (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    token_sha256 BYTEA NOT NULL,
    account_id BIGINT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    second_at TIMESTAMP WITH TIME ZONE,
    device TEXT DEFAULT '' NOT NULL,
    CONSTRAINT session_pkey PRIMARY KEY (id),
    CONSTRAINT session_token_sha256_check CHECK (octet_length(token_sha256) = 32),
    CONSTRAINT session_token_sha256_key UNIQUE (token_sha256),
    CONSTRAINT session_account_id_fkey FOREIGN KEY(account_id) REFERENCES people.account (id) ON DELETE CASCADE
);
CREATE INDEX session_account_id_index ON people.session (account_id);

CREATE TABLE people.one_time_link (
    token_sha256 BYTEA NOT NULL,
    email TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT one_time_link_pkey PRIMARY KEY (token_sha256),
    CONSTRAINT one_time_link_token_sha256_check CHECK (octet_length(token_sha256) = 32)
);

CREATE TABLE people.recovery_code (
    account_id BIGINT NOT NULL,
    code_sha256 BYTEA NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT recovery_code_pkey PRIMARY KEY (account_id, code_sha256),
    CONSTRAINT recovery_code_code_sha256_check CHECK (octet_length(code_sha256) = 32),
    CONSTRAINT recovery_code_account_id_fkey FOREIGN KEY(account_id) REFERENCES people.account (id) ON DELETE CASCADE
);

CREATE TABLE people.attempt (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    what TEXT NOT NULL,
    subject BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT attempt_pkey PRIMARY KEY (id),
    CONSTRAINT attempt_subject_check CHECK (octet_length(subject) = 32)
);
CREATE INDEX attempt_at_index ON people.attempt (at);
CREATE INDEX attempt_subject_index ON people.attempt (what, subject, at);

CREATE TABLE people.api_token (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    token_sha256 BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT api_token_pkey PRIMARY KEY (id),
    CONSTRAINT api_token_token_sha256_check CHECK (octet_length(token_sha256) = 32),
    CONSTRAINT api_token_token_sha256_key UNIQUE (token_sha256),
    CONSTRAINT api_token_account_id_fkey FOREIGN KEY(account_id) REFERENCES people.account (id) ON DELETE CASCADE
);

CREATE TABLE people.posting (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    account_id BIGINT,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    posted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT posting_pkey PRIMARY KEY (id),
    CONSTRAINT posting_kind_check CHECK (kind in ('needs', 'resources', 'organisations')),
    CONSTRAINT posting_state_check CHECK (state in ('waiting', 'published', 'refused', 'withdrawn')),
    CONSTRAINT posting_reason_check CHECK (state <> 'refused' or reason <> ''),
    CONSTRAINT posting_county_id_kind_ref_key UNIQUE (county_id, kind, ref),
    CONSTRAINT posting_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT posting_account_id_fkey FOREIGN KEY(account_id) REFERENCES people.account (id) ON DELETE SET NULL
);
CREATE INDEX posting_account_id_index ON people.posting (account_id);
CREATE INDEX posting_waiting_index ON people.posting (county_id, posted_at) WHERE state = 'waiting';

grant select, insert, update, delete on all tables in schema people to geomatch_desk;
grant select on county to geomatch_desk;

-- A letter about somebody's account belongs to no county.
alter table people.letter alter county_id drop not null;

-- An organisation that waits for a broker's look, or is no more, is not shown and not found.
alter table organisation add withdrawn_on DATE;
create or replace view findable_now as
select area.county_id, 'area' as what, area.id as source_id, area.code as ref, area.name, search_key(area.name) as key, area.kind,
    (case area.kind when 'parish' then 4 when 'division' then 6 else 5 end)::smallint as rank,
    (100 * ceil(sqrt(ST_Area(area.geom) / pi()) / 100))::integer as precision_metres,
    case area.kind when 'parish' then area.code end as parish_code, case area.kind when 'parish' then area.name end as parish,
    area.outside, ST_PointOnSurface(area.simple) as geom
from area
where area.kind in ('parish', 'division', 'ljc', 'lad') and upper_inf(area.valid)
union all
select organisation.county_id, 'organisation', organisation.id, organisation.ref, organisation.name,
    search_key(organisation.name), 'organisation', 8::smallint,
    case when postcode.geom = organisation.geom then 100 else 20 end,
    organisation.parish_code, parish.name, organisation.outside, organisation.geom
from organisation
left join postcode on postcode.county_id = organisation.county_id and postcode.postcode = organisation.postcode
left join area parish on parish.county_id = organisation.county_id and parish.kind = 'parish'
    and parish.code = organisation.parish_code and upper_inf(parish.valid)
where organisation.geom is not null and organisation.withdrawn_on is null
union all
select resource.county_id, 'resource', resource.id, resource.ref, resource.name, search_key(resource.name), resource.kind,
    7::smallint, greatest(resource.precision_metres, case when postcode.geom = resource.geom then 100 else 20 end),
    resource.parish_code, parish.name, resource.outside, resource.geom
from resource
left join postcode on postcode.county_id = resource.county_id and postcode.postcode = resource.postcode
left join area parish on parish.county_id = resource.county_id and parish.kind = 'parish'
    and parish.code = resource.parish_code and upper_inf(parish.valid)
where resource.kind = 'venue' and resource.withdrawn_on is null and resource.geom is not null;

