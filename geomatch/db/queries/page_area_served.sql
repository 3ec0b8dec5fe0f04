-- Who serves the needs of an area in the latest matching, each once, the busiest first.
-- Minutes one way on average, to the nearest 5 for volunteers; from inside or outside the area.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
)
select resource.ref, resource.name, resource.kind, parish.name as parish, parish.code as parish_code,
    count(distinct match.need_id) as needs,
    case when resource.kind = 'volunteer' then 5 * floor(avg(match.minutes) / 5 + 0.5)
        else floor(avg(match.minutes) + 0.5) end as minutes,
    resource.geom is not null and not coalesce(resource.parish_code = any(cast(:parishes as text[])) or resource.division_code = any(cast(:divisions as text[]))
        or resource.parish_code || '/' || resource.division_code = any(cast(:parts as text[])), false) as from_outside
from run
join match on match.matching_run_id = run.id
join need on need.id = match.need_id
join resource on resource.id = match.resource_id
left join area parish on parish.county_id = :county and parish.kind = 'parish' and parish.code = resource.parish_code
    and upper_inf(parish.valid)
where (need.parish_code = any(cast(:parishes as text[])) or need.division_code = any(cast(:divisions as text[]))
    or need.parish_code || '/' || need.division_code = any(cast(:parts as text[])))
group by resource.id, parish.name, parish.code
order by count(distinct match.need_id) desc, resource.name, resource.ref
