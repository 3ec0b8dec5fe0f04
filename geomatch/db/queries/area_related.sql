-- Areas of the public kinds that on a day border an area (relation 'beside') or share at least a fiftieth of the smaller ('over').
-- Worked out on simplified outlines, EPSG:27700 metres; share: of the smaller of the two, 0 to 1.
with here as (
    select id, kind, county_id, simple from area where id = :area
),
near as (
    select other.kind, other.code, other.name,
        case when other.kind = here.kind then 'beside' else 'over' end as relation,
        case when other.kind = here.kind then 1.0
            else ST_Area(ST_Intersection(other.simple, here.simple)) / least(ST_Area(other.simple), ST_Area(here.simple)) end as share
    from here
    join area other on other.county_id = here.county_id and other.id <> here.id and other.valid @> cast(:day as date)
        and not other.outside and other.kind in ('parish', 'division', 'ljc') and ST_DWithin(other.simple, here.simple, 5)
)
select kind, code, name, relation, share from near where share >= 0.02 order by kind, name, code
