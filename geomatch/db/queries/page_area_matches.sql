-- Each match of an area's needs in the latest matching: need, resource and minutes.
-- Minutes one way, to the nearest 5 for volunteers.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
)
select need.ref as need, resource.ref, resource.name, resource.kind,
    case when resource.kind = 'volunteer' then 5 * floor(match.minutes / 5 + 0.5) else floor(match.minutes + 0.5) end as minutes
from run
join match on match.matching_run_id = run.id
join need on need.id = match.need_id
join resource on resource.id = match.resource_id
where (need.parish_code = any(cast(:parishes as text[])) or need.division_code = any(cast(:divisions as text[]))
    or need.parish_code || '/' || need.division_code = any(cast(:parts as text[])))
order by need.ref, match.role, resource.ref, match.slot
