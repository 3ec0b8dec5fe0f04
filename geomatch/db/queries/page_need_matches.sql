-- Whom a need was matched with in the latest matching, role by role.
-- Minutes one way, to the nearest 5 for volunteers; easting and northing, EPSG:27700 metres (a volunteer's: the mask).
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
)
select match.role, match.quantity, lower(match.slot) as starts, upper(match.slot) as ends,
    case when resource.kind = 'volunteer' then 5 * floor(match.minutes / 5 + 0.5) else floor(match.minutes + 0.5) end as minutes,
    resource.ref, resource.name, resource.kind, resource.travels, organisation.name as organisation, parish.name as parish,
    resource.parish_code, resource.precision_metres, round(ST_X(resource.geom)) as easting, round(ST_Y(resource.geom)) as northing
from run
join match on match.matching_run_id = run.id and match.need_id = :need
join resource on resource.id = match.resource_id
left join organisation on organisation.id = resource.organisation_id
left join area parish on parish.county_id = :county and parish.kind = 'parish' and parish.code = resource.parish_code
    and upper_inf(parish.valid)
order by match.role, resource.name, resource.ref, match.slot
