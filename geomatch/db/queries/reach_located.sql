-- The area of one kind that each residents' point, need, resource and group lay in on a day: what, id, code.
-- A parish that was stated counts before the map; a group of parishes goes by its parishes, a shared parish by the map.
-- Of some resources alone where only is not null.
-- Geometry EPSG:27700 metres; on a shared edge the lesser code wins.
with point as materialized (
    select 'people' as what, code as id, geom, cast(null as text) as parish_code, cast(null as text) as division_code
    from population where county_id = :county and cast(:only as text[]) is null
    union all
    select 'need', ref, geom, parish_code, division_code from need
    where county_id = :county and status <> 'withdrawn' and cast(:only as text[]) is null
    union all
    select 'resource', ref, geom, parish_code, division_code from resource
    where county_id = :county and (cast(:only as text[]) is null or ref = any(cast(:only as text[])))
    union all
    select 'organisation', ref, geom, parish_code, division_code from organisation
    where county_id = :county and cast(:only as text[]) is null
),
drawn as materialized (
    select kind, code, geom from area
    where county_id = :county and kind in ('parish', :kind) and not outside and valid @> cast(:day as date)
),
placed as materialized (
    select point.*, coalesce(
        stated.code,
        case when :kind <> 'division' then (select min(area.code) from area where area.county_id = :county and area.kind = 'parish'
            and not area.outside and area.valid @> cast(:day as date) and ST_Intersects(area.geom, point.geom)) end
    ) as parish
    from point
    left join drawn stated on stated.kind = 'parish' and stated.code = point.parish_code
),
whole as (
    select parish_code, min(group_code) as code
    from membership
    where county_id = :county and group_kind = :kind and valid @> cast(:day as date)
    group by parish_code
    having count(distinct group_code) = 1
)
select placed.what, placed.id,
    case when :kind = 'parish' then placed.parish else coalesce(
        whole.code,
        stated.code,
        (select min(area.code) from area where area.county_id = :county and area.kind = :kind
            and not area.outside and area.valid @> cast(:day as date) and ST_Intersects(area.geom, placed.geom))
    ) end as code
from placed
left join whole on whole.parish_code = placed.parish
left join drawn stated on :kind = 'division' and stated.kind = 'division' and stated.code = placed.division_code
order by placed.what, placed.id collate "C"
