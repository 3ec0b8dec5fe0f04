-- Which needs a resource serves in the latest matching.
-- Minutes one way, to the nearest 5 for volunteers; easting and northing, EPSG:27700 metres.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
)
select need.ref, need.title, match.role, match.quantity, lower(match.slot) as starts, upper(match.slot) as ends,
    case when resource.kind = 'volunteer' then 5 * floor(match.minutes / 5 + 0.5) else floor(match.minutes + 0.5) end as minutes,
    parish.name as parish, need.parish_code, round(ST_X(need.geom)) as easting, round(ST_Y(need.geom)) as northing
from run
join match on match.matching_run_id = run.id and match.resource_id = :resource
join resource on resource.id = match.resource_id
join need on need.id = match.need_id
left join area parish on parish.county_id = :county and parish.kind = 'parish' and parish.code = need.parish_code
    and upper_inf(parish.valid)
order by lower(match.slot), need.title, need.ref
