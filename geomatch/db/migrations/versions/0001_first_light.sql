-- First light: counties, areas, organisations, resources, needs, time, matches, roads and the gazetteer.
-- Frozen: later changes are later migrations.

create schema homes;
comment on schema homes is 'Exact homes of people. Closed to the role geomatch_app.';

CREATE TABLE county (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    gss TEXT,
    illustrative BOOLEAN DEFAULT false NOT NULL,
    notice TEXT DEFAULT '' NOT NULL,
    settings JSONB DEFAULT '{}' NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    geom geometry(MULTIPOLYGON,27700),
    CONSTRAINT county_pkey PRIMARY KEY (id),
    CONSTRAINT county_slug_check CHECK (slug ~ '^[a-z0-9]+([-_][a-z0-9]+)*$'),
    CONSTRAINT county_slug_key UNIQUE (slug)
);
CREATE INDEX idx_county_geom ON county USING gist (geom);

CREATE TABLE feature_type (
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    CONSTRAINT feature_type_pkey PRIMARY KEY (name),
    CONSTRAINT feature_type_type_check CHECK (type in ('truth', 'number', 'text')),
    CONSTRAINT feature_type_name_type_key UNIQUE (name, type)
);

CREATE TABLE area_set (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    vintage DATE NOT NULL,
    CONSTRAINT area_set_pkey PRIMARY KEY (id),
    CONSTRAINT area_set_county_id_kind_vintage_key UNIQUE (county_id, kind, vintage),
    CONSTRAINT area_set_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);

CREATE TABLE county_piece (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    geom geometry(POLYGON,27700) NOT NULL,
    CONSTRAINT county_piece_pkey PRIMARY KEY (id),
    CONSTRAINT county_piece_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);
CREATE INDEX idx_county_piece_geom ON county_piece USING gist (geom);

CREATE TABLE import (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    source TEXT NOT NULL,
    options JSONB DEFAULT '{}' NOT NULL,
    publisher TEXT,
    licence TEXT,
    vintage DATE,
    sha256 TEXT NOT NULL,
    read INTEGER NOT NULL,
    loaded INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    issues JSONB DEFAULT '[]' NOT NULL,
    kept INTEGER DEFAULT '0' NOT NULL,
    seconds FLOAT NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT import_pkey PRIMARY KEY (id),
    CONSTRAINT import_counts_check CHECK (read = loaded + rejected and loaded >= 0 and rejected >= 0),
    CONSTRAINT import_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT import_county_id_kind_subject_source_key UNIQUE (county_id, kind, subject, source),
    CONSTRAINT import_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);

CREATE TABLE matching_run (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    policy TEXT NOT NULL,
    as_of DATE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    problem_sha256 TEXT NOT NULL,
    status TEXT NOT NULL,
    served INTEGER NOT NULL,
    document JSONB NOT NULL,
    CONSTRAINT matching_run_pkey PRIMARY KEY (id),
    CONSTRAINT matching_run_status_check CHECK (status in ('optimal', 'feasible', 'infeasible')),
    CONSTRAINT matching_run_problem_sha256_check CHECK (problem_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT matching_run_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);
CREATE INDEX matching_run_latest_index ON matching_run (county_id, id desc);

CREATE TABLE area (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    area_set_id BIGINT NOT NULL,
    import_id BIGINT,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    outside BOOLEAN DEFAULT false NOT NULL,
    valid DATERANGE NOT NULL,
    geom geometry(MULTIPOLYGON,27700) NOT NULL,
    simple geometry(MULTIPOLYGON,27700) NOT NULL,
    CONSTRAINT area_pkey PRIMARY KEY (id),
    CONSTRAINT area_valid_check CHECK (not isempty(valid)),
    CONSTRAINT area_named_check CHECK (code <> '' and name <> ''),
    CONSTRAINT area_geom_check CHECK (ST_IsValid(geom) and not ST_IsEmpty(geom)),
    CONSTRAINT area_true_once_at_a_time EXCLUDE USING gist (county_id WITH =, kind WITH =, code WITH =, valid WITH &&),
    CONSTRAINT area_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT area_area_set_id_fkey FOREIGN KEY(area_set_id) REFERENCES area_set (id) ON DELETE CASCADE,
    CONSTRAINT area_import_id_fkey FOREIGN KEY(import_id) REFERENCES import (id) ON DELETE SET NULL
);
CREATE INDEX idx_area_geom ON area USING gist (geom);
CREATE INDEX idx_area_simple ON area USING gist (simple);

CREATE TABLE membership (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    import_id BIGINT,
    group_kind TEXT NOT NULL,
    group_code TEXT NOT NULL,
    group_name TEXT NOT NULL,
    parish_code TEXT NOT NULL,
    division_code TEXT DEFAULT '' NOT NULL,
    valid DATERANGE NOT NULL,
    zone TEXT,
    confidence TEXT,
    source TEXT,
    CONSTRAINT membership_pkey PRIMARY KEY (id),
    CONSTRAINT membership_valid_check CHECK (not isempty(valid)),
    CONSTRAINT membership_one_group_at_a_time EXCLUDE USING gist (county_id WITH =, group_kind WITH =, parish_code WITH =, division_code WITH =, valid WITH &&),
    CONSTRAINT membership_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT membership_import_id_fkey FOREIGN KEY(import_id) REFERENCES import (id) ON DELETE SET NULL
);
CREATE INDEX membership_group_index ON membership (county_id, group_kind, group_code);

CREATE TABLE organisation (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    import_id BIGINT,
    ref TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT DEFAULT '' NOT NULL,
    sector TEXT NOT NULL,
    themes TEXT[] DEFAULT '{}' NOT NULL,
    small TEXT DEFAULT 'unknown' NOT NULL,
    geom geometry(POINT,27700),
    postcode TEXT,
    parish_code TEXT,
    division_code TEXT,
    outside BOOLEAN DEFAULT false NOT NULL,
    url TEXT,
    email TEXT,
    telephone TEXT,
    CONSTRAINT organisation_pkey PRIMARY KEY (id),
    CONSTRAINT organisation_sector_check CHECK (sector in ('voluntary', 'public', 'private')),
    CONSTRAINT organisation_small_check CHECK (small in ('yes', 'no', 'unknown')),
    CONSTRAINT organisation_named_check CHECK (ref <> '' and name <> ''),
    CONSTRAINT organisation_county_id_ref_key UNIQUE (county_id, ref),
    CONSTRAINT organisation_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT organisation_import_id_fkey FOREIGN KEY(import_id) REFERENCES import (id) ON DELETE SET NULL
);
CREATE INDEX idx_organisation_geom ON organisation USING gist (geom);
CREATE INDEX organisation_parish_code_index ON organisation (parish_code);

CREATE TABLE place_name (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    import_id BIGINT,
    ref TEXT NOT NULL,
    name TEXT NOT NULL,
    other_name TEXT,
    type TEXT NOT NULL,
    local_type TEXT NOT NULL,
    populated_place TEXT,
    geom geometry(POINT,27700) NOT NULL,
    CONSTRAINT place_name_pkey PRIMARY KEY (id),
    CONSTRAINT place_name_county_id_ref_key UNIQUE (county_id, ref),
    CONSTRAINT place_name_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT place_name_import_id_fkey FOREIGN KEY(import_id) REFERENCES import (id) ON DELETE SET NULL
);
CREATE INDEX idx_place_name_geom ON place_name USING gist (geom);
CREATE INDEX place_name_name_index ON place_name USING gin (name gin_trgm_ops);

CREATE TABLE population (
    county_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    import_id BIGINT,
    residents INTEGER NOT NULL,
    geom geometry(POINT,27700) NOT NULL,
    CONSTRAINT population_pkey PRIMARY KEY (county_id, code),
    CONSTRAINT population_residents_check CHECK (residents >= 0),
    CONSTRAINT population_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT population_import_id_fkey FOREIGN KEY(import_id) REFERENCES import (id) ON DELETE SET NULL
);
CREATE INDEX idx_population_geom ON population USING gist (geom);

CREATE TABLE postcode (
    county_id BIGINT NOT NULL,
    postcode TEXT NOT NULL,
    import_id BIGINT,
    quality SMALLINT,
    district_code TEXT,
    ward_code TEXT,
    geom geometry(POINT,27700) NOT NULL,
    CONSTRAINT postcode_pkey PRIMARY KEY (county_id, postcode),
    CONSTRAINT postcode_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT postcode_import_id_fkey FOREIGN KEY(import_id) REFERENCES import (id) ON DELETE SET NULL
);
CREATE INDEX idx_postcode_geom ON postcode USING gist (geom);

CREATE TABLE road_set (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    import_id BIGINT,
    current BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT road_set_pkey PRIMARY KEY (id),
    CONSTRAINT road_set_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT road_set_import_id_fkey FOREIGN KEY(import_id) REFERENCES import (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX road_set_one_current ON road_set (county_id) WHERE current;

CREATE TABLE need (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    import_id BIGINT,
    organisation_id BIGINT,
    ref TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT DEFAULT '' NOT NULL,
    status TEXT DEFAULT 'open' NOT NULL,
    weight FLOAT DEFAULT '1' NOT NULL,
    all_or_nothing BOOLEAN DEFAULT true NOT NULL,
    asked DATE,
    closes DATE,
    mode TEXT NOT NULL,
    max_minutes FLOAT,
    stated_parish TEXT,
    geom geometry(POINT,27700),
    postcode TEXT,
    parish_code TEXT,
    division_code TEXT,
    outside BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT need_pkey PRIMARY KEY (id),
    CONSTRAINT need_max_minutes_check CHECK (max_minutes > 0 and max_minutes <= 1440),
    CONSTRAINT need_status_check CHECK (status in ('open', 'met', 'withdrawn')),
    CONSTRAINT need_mode_check CHECK (mode in ('car', 'foot', 'cycle')),
    CONSTRAINT need_weight_check CHECK (weight > 0 and weight <= 1000),
    CONSTRAINT need_closes_check CHECK (closes >= asked),
    CONSTRAINT need_named_check CHECK (ref <> '' and title <> ''),
    CONSTRAINT need_county_id_ref_key UNIQUE (county_id, ref),
    CONSTRAINT need_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT need_import_id_fkey FOREIGN KEY(import_id) REFERENCES import (id) ON DELETE SET NULL,
    CONSTRAINT need_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE SET NULL
);
CREATE INDEX idx_need_geom ON need USING gist (geom);
CREATE INDEX need_parish_code_index ON need (parish_code);

CREATE TABLE resource (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    import_id BIGINT,
    organisation_id BIGINT,
    ref TEXT NOT NULL,
    kind TEXT NOT NULL,
    subkind TEXT DEFAULT '' NOT NULL,
    name TEXT NOT NULL,
    description TEXT DEFAULT '' NOT NULL,
    quantity INTEGER DEFAULT '1' NOT NULL,
    travels TEXT NOT NULL,
    mode TEXT NOT NULL,
    max_minutes FLOAT,
    catchment_kind TEXT DEFAULT 'anywhere' NOT NULL,
    catchment_minutes FLOAT,
    catchment geometry(MULTIPOLYGON,27700),
    catchment_parishes TEXT[] DEFAULT '{}' NOT NULL,
    geom geometry(POINT,27700),
    postcode TEXT,
    parish_code TEXT,
    division_code TEXT,
    outside BOOLEAN DEFAULT false NOT NULL,
    precision_metres INTEGER DEFAULT '0' NOT NULL,
    verified_until DATE,
    withdrawn_on DATE,
    CONSTRAINT resource_pkey PRIMARY KEY (id),
    CONSTRAINT resource_max_minutes_check CHECK (max_minutes > 0 and max_minutes <= 1440),
    CONSTRAINT resource_catchment_minutes_check CHECK (catchment_minutes > 0 and catchment_minutes <= 1440),
    CONSTRAINT resource_kind_check CHECK (kind in ('venue', 'equipment', 'volunteer', 'skill', 'fund', 'information')),
    CONSTRAINT resource_travels_check CHECK (travels in ('resource', 'beneficiary', 'carried', 'nobody')),
    CONSTRAINT resource_mode_check CHECK (mode in ('car', 'foot', 'cycle')),
    CONSTRAINT resource_quantity_check CHECK (quantity >= 1),
    CONSTRAINT resource_named_check CHECK (ref <> '' and name <> ''),
    CONSTRAINT resource_catchment_check CHECK (case catchment_kind when 'anywhere' then true when 'minutes' then catchment_minutes is not null when 'polygon' then catchment is not null when 'parishes' then cardinality(catchment_parishes) > 0 else false end),
    CONSTRAINT resource_no_home_in_public_check CHECK (kind <> 'volunteer' or (postcode is null and (geom is null or (precision_metres >= 1000 and mod(ST_X(geom)::numeric, 1000) = 500 and mod(ST_Y(geom)::numeric, 1000) = 500)))),
    CONSTRAINT resource_county_id_ref_key UNIQUE (county_id, ref),
    CONSTRAINT resource_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT resource_import_id_fkey FOREIGN KEY(import_id) REFERENCES import (id) ON DELETE SET NULL,
    CONSTRAINT resource_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE SET NULL
);
CREATE INDEX idx_resource_catchment ON resource USING gist (catchment);
CREATE INDEX idx_resource_geom ON resource USING gist (geom);
CREATE INDEX resource_kind_index ON resource (county_id, kind);
CREATE INDEX resource_parish_code_index ON resource (parish_code);

CREATE TABLE road_edge (
    road_set_id BIGINT NOT NULL,
    edge INTEGER NOT NULL,
    source INTEGER NOT NULL,
    target INTEGER NOT NULL,
    road_class SMALLINT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    metres FLOAT NOT NULL,
    car_forward INTEGER NOT NULL,
    car_backward INTEGER NOT NULL,
    foot_forward INTEGER NOT NULL,
    foot_backward INTEGER NOT NULL,
    cycle_forward INTEGER NOT NULL,
    cycle_backward INTEGER NOT NULL,
    flags INTEGER DEFAULT '0' NOT NULL,
    limit_kmh SMALLINT DEFAULT '0' NOT NULL,
    geom geometry(LINESTRING,27700) NOT NULL,
    CONSTRAINT road_edge_pkey PRIMARY KEY (road_set_id, edge),
    CONSTRAINT road_edge_metres_check CHECK (metres >= 0),
    CONSTRAINT road_edge_road_set_id_fkey FOREIGN KEY(road_set_id) REFERENCES road_set (id) ON DELETE CASCADE
);
CREATE INDEX idx_road_edge_geom ON road_edge USING gist (geom);
CREATE INDEX road_edge_class_index ON road_edge (road_set_id, road_class);

CREATE TABLE road_node (
    road_set_id BIGINT NOT NULL,
    node INTEGER NOT NULL,
    ref BIGINT NOT NULL,
    geom geometry(POINT,27700) NOT NULL,
    CONSTRAINT road_node_pkey PRIMARY KEY (road_set_id, node),
    CONSTRAINT road_node_road_set_id_fkey FOREIGN KEY(road_set_id) REFERENCES road_set (id) ON DELETE CASCADE
);
CREATE INDEX idx_road_node_geom ON road_node USING gist (geom);

CREATE TABLE booking (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    resource_id BIGINT NOT NULL,
    need_id BIGINT,
    during TSRANGE NOT NULL,
    quantity INTEGER DEFAULT '1' NOT NULL,
    status TEXT DEFAULT 'proposed' NOT NULL,
    holds BOOLEAN GENERATED ALWAYS AS (status in ('proposed', 'confirmed')) STORED NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT booking_pkey PRIMARY KEY (id),
    CONSTRAINT booking_status_check CHECK (status in ('proposed', 'confirmed', 'done', 'declined', 'released', 'cancelled')),
    CONSTRAINT booking_quantity_check CHECK (quantity >= 1),
    CONSTRAINT booking_during_check CHECK (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
    CONSTRAINT booking_held_key UNIQUE (id, resource_id, during, holds),
    CONSTRAINT booking_resource_id_fkey FOREIGN KEY(resource_id) REFERENCES resource (id) ON DELETE CASCADE,
    CONSTRAINT booking_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE SET NULL
);

CREATE TABLE homes.home (
    resource_id BIGINT NOT NULL,
    geom geometry(POINT,27700),
    postcode TEXT,
    CONSTRAINT home_pkey PRIMARY KEY (resource_id),
    CONSTRAINT home_somewhere_check CHECK (num_nonnulls(geom, postcode) > 0),
    CONSTRAINT home_resource_id_fkey FOREIGN KEY(resource_id) REFERENCES resource (id) ON DELETE CASCADE
);
CREATE INDEX idx_home_geom ON homes.home USING gist (geom);

CREATE TABLE match (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    matching_run_id BIGINT NOT NULL,
    need_id BIGINT NOT NULL,
    resource_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    slot TSRANGE,
    quantity INTEGER NOT NULL,
    minutes FLOAT NOT NULL,
    CONSTRAINT match_pkey PRIMARY KEY (id),
    CONSTRAINT match_quantity_check CHECK (quantity >= 1 and minutes >= 0),
    CONSTRAINT match_matching_run_id_need_id_role_resource_id_slot_key UNIQUE (matching_run_id, need_id, role, resource_id, slot),
    CONSTRAINT match_matching_run_id_fkey FOREIGN KEY(matching_run_id) REFERENCES matching_run (id) ON DELETE CASCADE,
    CONSTRAINT match_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE,
    CONSTRAINT match_resource_id_fkey FOREIGN KEY(resource_id) REFERENCES resource (id) ON DELETE CASCADE
);
CREATE INDEX match_need_id_index ON match (need_id);
CREATE INDEX match_resource_id_index ON match (resource_id);

CREATE TABLE need_role (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    need_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    kind TEXT NOT NULL,
    subkind TEXT DEFAULT '' NOT NULL,
    substitutes TEXT[] DEFAULT '{}' NOT NULL,
    quantity INTEGER DEFAULT '1' NOT NULL,
    minimum INTEGER DEFAULT '1' NOT NULL,
    max_minutes FLOAT,
    CONSTRAINT need_role_pkey PRIMARY KEY (id),
    CONSTRAINT need_role_max_minutes_check CHECK (max_minutes > 0 and max_minutes <= 1440),
    CONSTRAINT need_role_kind_check CHECK (kind in ('venue', 'equipment', 'volunteer', 'skill', 'fund', 'information')),
    CONSTRAINT need_role_quantity_check CHECK (quantity >= 1 and minimum between 0 and quantity),
    CONSTRAINT need_role_need_id_role_key UNIQUE (need_id, role),
    CONSTRAINT need_role_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE
);

CREATE TABLE need_window (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    need_id BIGINT NOT NULL,
    during TSRANGE NOT NULL,
    CONSTRAINT need_window_pkey PRIMARY KEY (id),
    CONSTRAINT need_window_during_check CHECK (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
    CONSTRAINT need_window_need_id_during_key UNIQUE (need_id, during),
    CONSTRAINT need_window_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE
);

CREATE TABLE opening (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    resource_id BIGINT NOT NULL,
    first TSRANGE NOT NULL,
    rrule TEXT,
    except_dates DATE[] DEFAULT '{}' NOT NULL,
    closed BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT opening_pkey PRIMARY KEY (id),
    CONSTRAINT opening_first_check CHECK (not isempty(first) and not lower_inf(first) and not upper_inf(first)),
    CONSTRAINT opening_rrule_check CHECK (rrule ~ '^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*$'),
    CONSTRAINT opening_resource_id_fkey FOREIGN KEY(resource_id) REFERENCES resource (id) ON DELETE CASCADE
);
CREATE INDEX opening_resource_id_index ON opening (resource_id);

CREATE TABLE resource_feature (
    resource_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    truth TEXT,
    number FLOAT,
    text TEXT,
    until DATE,
    CONSTRAINT resource_feature_pkey PRIMARY KEY (resource_id, name),
    CONSTRAINT resource_feature_truth_check CHECK (truth in ('yes', 'no', 'unknown')),
    CONSTRAINT resource_feature_one_value_check CHECK (num_nonnulls(truth, number, text) = 1),
    CONSTRAINT resource_feature_value_of_its_type_check CHECK (case type when 'truth' then truth is not null when 'number' then number is not null else text is not null end),
    CONSTRAINT resource_feature_name_type_fkey FOREIGN KEY(name, type) REFERENCES feature_type (name, type),
    CONSTRAINT resource_feature_resource_id_fkey FOREIGN KEY(resource_id) REFERENCES resource (id) ON DELETE CASCADE
);

CREATE TABLE unmatched (
    matching_run_id BIGINT NOT NULL,
    need_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    detail JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT unmatched_pkey PRIMARY KEY (matching_run_id, need_id),
    CONSTRAINT unmatched_reason_check CHECK (reason in ('no-candidate', 'competition', 'quota', 'no-short-proof')),
    CONSTRAINT unmatched_matching_run_id_fkey FOREIGN KEY(matching_run_id) REFERENCES matching_run (id) ON DELETE CASCADE,
    CONSTRAINT unmatched_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE
);
CREATE INDEX unmatched_need_id_index ON unmatched (need_id);

CREATE TABLE booking_unit (
    booking_id BIGINT NOT NULL,
    unit INTEGER NOT NULL,
    resource_id BIGINT NOT NULL,
    during TSRANGE NOT NULL,
    holds BOOLEAN NOT NULL,
    CONSTRAINT booking_unit_pkey PRIMARY KEY (booking_id, unit),
    CONSTRAINT booking_unit_unit_check CHECK (unit >= 1),
    CONSTRAINT booking_unit_booking_fkey FOREIGN KEY(booking_id, resource_id, during, holds) REFERENCES booking (id, resource_id, during, holds) ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT booking_unit_held_once EXCLUDE USING gist (resource_id WITH =, unit WITH =, during WITH &&) WHERE (holds)
);

CREATE TABLE role_feature (
    need_role_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    truth TEXT,
    number FLOAT,
    text TEXT,
    CONSTRAINT role_feature_pkey PRIMARY KEY (need_role_id, name),
    CONSTRAINT role_feature_truth_check CHECK (truth in ('yes', 'no', 'unknown')),
    CONSTRAINT role_feature_one_value_check CHECK (num_nonnulls(truth, number, text) = 1),
    CONSTRAINT role_feature_value_of_its_type_check CHECK (case type when 'truth' then truth is not null when 'number' then number is not null else text is not null end),
    CONSTRAINT role_feature_name_type_fkey FOREIGN KEY(name, type) REFERENCES feature_type (name, type),
    CONSTRAINT role_feature_need_role_id_fkey FOREIGN KEY(need_role_id) REFERENCES need_role (id) ON DELETE CASCADE
);

insert into feature_type (name, type) values
    ('step_free', 'truth'),
    ('hearing_loop', 'truth'),
    ('accessible_toilet', 'truth'),
    ('changing_places', 'truth'),
    ('blue_badge_parking', 'truth'),
    ('quiet_space', 'truth'),
    ('kitchen', 'truth'),
    ('stage', 'truth'),
    ('blackout', 'truth'),
    ('projector', 'truth'),
    ('hdmi', 'truth'),
    ('wifi', 'truth'),
    ('heating', 'truth'),
    ('storage', 'truth'),
    ('outdoor_space', 'truth'),
    ('alcohol_licence', 'truth'),
    ('music_licence', 'truth'),
    ('portable', 'truth'),
    ('needs_van', 'truth'),
    ('own_vehicle', 'truth'),
    ('welsh', 'truth'),
    ('first_aid', 'truth'),
    ('food_hygiene', 'truth'),
    ('d1_licence', 'truth'),
    ('dbs_basic', 'truth'),
    ('dbs_enhanced', 'truth'),
    ('dbs_barred_lists', 'truth'),
    ('seats_theatre', 'number'),
    ('seats_tables', 'number'),
    ('standing', 'number'),
    ('passengers', 'number'),
    ('pounds', 'number'),
    ('pence_per_hour', 'number'),
    ('deposit_pence', 'number'),
    ('theme', 'text'),
    ('layout_note', 'text');

create function booking_unit_exists() returns trigger language plpgsql as $$
declare
    units integer;
begin
    select quantity into units from resource where id = new.resource_id;
    if new.unit > units then
        raise exception 'booking %: unit % of resource %, which has %', new.booking_id, new.unit, new.resource_id, units
            using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger booking_unit_exists before insert or update on booking_unit
    for each row execute function booking_unit_exists();

create function home_is_a_persons() returns trigger language plpgsql as $$
begin
    if not exists (select from public.resource where id = new.resource_id and kind = 'volunteer') then
        raise exception 'resource % is no volunteer; only people have homes', new.resource_id
            using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger home_is_a_persons before insert or update on homes.home
    for each row execute function home_is_a_persons();

-- The application's own role reads what the public may see, and nothing in homes.
do $$
begin
    if not exists (select from pg_roles where rolname = 'geomatch_app') then
        create role geomatch_app;
    end if;
end $$;
revoke all on schema homes from public;
grant usage on schema public to geomatch_app;
grant select on all tables in schema public to geomatch_app;
alter default privileges in schema public grant select on tables to geomatch_app;
