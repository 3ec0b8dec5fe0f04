-- Names that may be found, gathered from places, areas, organisations and venues; never people. UPRNs, where loaded.
-- Frozen: later changes are later migrations.

ALTER TABLE postcode ADD COLUMN packed TEXT GENERATED ALWAYS AS (replace(postcode, ' ', '')) STORED NOT NULL;
CREATE INDEX postcode_packed_index ON postcode (county_id, packed text_pattern_ops);

CREATE TABLE uprn (
    county_id BIGINT NOT NULL,
    uprn BIGINT NOT NULL,
    import_id BIGINT,
    geom geometry(POINT,27700) NOT NULL,
    CONSTRAINT uprn_pkey PRIMARY KEY (county_id, uprn),
    CONSTRAINT uprn_uprn_check CHECK (uprn between 1 and 999999999999),
    CONSTRAINT uprn_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT uprn_import_id_fkey FOREIGN KEY(import_id) REFERENCES import (id) ON DELETE SET NULL
);
CREATE INDEX idx_uprn_geom ON uprn USING gist (geom);

-- How names are compared: small letters without accents, apostrophes or full stops, "&" as "and", "saint" as "st",
-- one space before every word.
create function search_key(name text) returns text language sql immutable strict parallel safe as $$
    select ' ' || btrim(regexp_replace(regexp_replace(regexp_replace(
        replace(lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]', '', 'g')), '&', ' and '),
        '[''’‘`.]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'), '\msaint\M', 'st', 'g'))
$$;

CREATE TABLE findable (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    what TEXT NOT NULL,
    source_id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    rank SMALLINT NOT NULL,
    precision_metres INTEGER NOT NULL,
    parish_code TEXT,
    parish TEXT,
    outside BOOLEAN DEFAULT false NOT NULL,
    geom geometry(POINT,27700) NOT NULL,
    standing INTEGER GENERATED ALWAYS AS (outside::integer * 100000 + rank * 1000 + least(length(key), 999)) STORED NOT NULL,
    CONSTRAINT findable_pkey PRIMARY KEY (id),
    CONSTRAINT findable_what_check CHECK (what in ('place', 'area', 'organisation', 'resource')),
    CONSTRAINT findable_no_person_check CHECK (what <> 'resource' or kind = 'venue'),
    CONSTRAINT findable_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);
-- Without fastupdate: an import would leave a list of pending entries that every question has to read through.
CREATE INDEX findable_key_index ON findable USING gin (key gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX findable_start_index ON findable (county_id, key text_pattern_ops);
-- Which name goes first when many begin alike: the county's own, the larger place, the shorter name.
CREATE INDEX findable_standing_index ON findable (county_id, standing, name);
CREATE INDEX findable_source_index ON findable (what, source_id);
CREATE INDEX idx_findable_geom ON findable USING gist (geom);

-- Names of areas, organisations and venues as they stand. Rank: the greater the place the less; precision: how far it reaches.
create view findable_now as
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
where organisation.geom is not null
union all
select resource.county_id, 'resource', resource.id, resource.ref, resource.name, search_key(resource.name), resource.kind,
    7::smallint, greatest(resource.precision_metres, case when postcode.geom = resource.geom then 100 else 20 end),
    resource.parish_code, parish.name, resource.outside, resource.geom
from resource
left join postcode on postcode.county_id = resource.county_id and postcode.postcode = resource.postcode
left join area parish on parish.county_id = resource.county_id and parish.kind = 'parish'
    and parish.code = resource.parish_code and upper_inf(parish.valid)
where resource.kind = 'venue' and resource.withdrawn_on is null and resource.geom is not null;

-- Gather every name of a county anew. Which parish and county a place lies in is asked of each outline once, not of each place.
create function find_names(county bigint) returns void language sql as $$
    delete from findable where county_id = county;
    insert into findable (county_id, what, source_id, ref, name, key, kind, rank, precision_metres, parish_code, parish,
        outside, geom)
    select * from findable_now where county_id = county and length(key) > 1;
    with sort (local_type, rank, metres) as (
        values ('city', 1, 3000), ('town', 2, 1500), ('village', 3, 500), ('suburban area', 5, 750), ('hamlet', 5, 250),
            ('other settlement', 5, 250)
    ),
    place as materialized (
        select * from place_name where county_id = county
          and local_type not in ('Postcode', 'Numbered Road', 'Section Of Numbered Road')
    ),
    outline as materialized (
        select code, name, geom from area where county_id = county and kind = 'parish' and upper_inf(valid)
    ),
    parish as materialized (
        select distinct on (place_name.id) place_name.id, outline.code, outline.name
        from outline join place_name on place_name.county_id = county and ST_Intersects(outline.geom, place_name.geom)
        where place_name.local_type <> 'Postcode'
        order by place_name.id, outline.code
    ),
    inside as materialized (
        select distinct place_name.id
        from county_piece piece join place_name on ST_Intersects(piece.geom, place_name.geom)
        where piece.county_id = county and place_name.county_id = county and place_name.local_type <> 'Postcode'
    )
    insert into findable (county_id, what, source_id, ref, name, key, kind, rank, precision_metres, parish_code, parish,
        outside, geom)
    select county, 'place', place.id, place.ref, called.name, compared.key,
        regexp_replace(lower(place.local_type), '[^a-z]+', '_', 'g'),
        coalesce(sort.rank, case when place.type = 'other' or place.local_type like '%Station%' then 8
            when place.type = 'transportNetwork' then 9 else 10 end),
        coalesce(sort.metres, case when place.type = 'other' then 100 else 500 end),
        parish.code, coalesce(parish.name, nullif(place.populated_place, '')),
        inside.id is null and exists (select from county_piece where county_id = county), place.geom
    from place
    cross join lateral (values (place.name), (nullif(place.other_name, ''))) called (name)
    cross join lateral (select search_key(called.name) as key offset 0) compared
    left join sort on sort.local_type = lower(place.local_type)
    left join parish on parish.id = place.id
    left join inside on inside.id = place.id
    where length(compared.key) > 1;
$$;

-- A name follows its organisation or venue at once, so that a new hall is found before the next import.
create function findable_follows() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    delete from findable using changed where what = tg_table_name and source_id = changed.id;
    insert into findable (county_id, what, source_id, ref, name, key, kind, rank, precision_metres, parish_code, parish,
        outside, geom)
    select * from findable_now
    where what = tg_table_name and source_id = any (array(select id from changed)) and length(key) > 1;
    return null;
end $$;
create trigger findable_new after insert on organisation referencing new table as changed
    for each statement execute function findable_follows();
create trigger findable_changed after update on organisation referencing new table as changed
    for each statement execute function findable_follows();
create trigger findable_gone after delete on organisation referencing old table as changed
    for each statement execute function findable_follows();
create trigger findable_new after insert on resource referencing new table as changed
    for each statement execute function findable_follows();
create trigger findable_changed after update on resource referencing new table as changed
    for each statement execute function findable_follows();
create trigger findable_gone after delete on resource referencing old table as changed
    for each statement execute function findable_follows();

select find_names(id) from county;

grant select on findable, uprn to geomatch_app;
revoke all on findable_now from geomatch_app;
revoke all on function find_names(bigint), findable_follows() from public;
