-- The area of one kind that each residents' point, need and resource lay in on a day: what, id, code.
-- A parish that was stated counts before the map; a group goes by its parishes, a shared parish by the map.
-- Geometry EPSG:27700 metres; on a shared edge the lesser code wins.
with point as (
    select 'people' as what, code as id, geom, cast(null as text) as parish_code
    from population where county_id = :county
    union all
    select 'need', ref, geom, parish_code from need where county_id = :county and status = 'open'
    union all
    select 'resource', ref, geom, parish_code from resource where county_id = :county
),
drawn as (
    select kind, code, geom from area
    where county_id = :county and kind in ('parish', :kind) and not outside and valid @> cast(:day as date)
),
placed as (
    select point.what, point.id,
        coalesce(
            (select code from drawn where kind = 'parish' and code = point.parish_code),
            (select min(code) from drawn where kind = 'parish' and ST_Intersects(drawn.geom, point.geom))
        ) as parish,
        case when :kind <> 'parish' then
            (select min(code) from drawn where kind = :kind and ST_Intersects(drawn.geom, point.geom)) end as spot
    from point
),
whole as (
    select parish_code, min(group_code) as code
    from membership
    where county_id = :county and group_kind = :kind and valid @> cast(:day as date)
    group by parish_code
    having count(distinct group_code) = 1
)
select placed.what, placed.id,
    case when :kind = 'parish' then placed.parish else coalesce(whole.code, placed.spot) end as code
from placed
left join whole on whole.parish_code = placed.parish
order by placed.what, placed.id collate "C"
