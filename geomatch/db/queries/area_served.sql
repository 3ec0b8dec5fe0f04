-- Who serves some needs in the latest matching, each thing once and people who help together, the busiest first.
-- Minutes one way on average, to the nearest 5 for people; outside: not among the resources :inside.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
),
helped as (
    select match.need_id, match.minutes, resource.kind as sort, resource.kind in ('volunteer', 'skill') as person,
        resource.geom is not null and resource.ref <> all(cast(:inside as text[])) as outside,
        case when resource.kind not in ('volunteer', 'skill') then resource.ref end as ref,
        case when resource.kind in ('volunteer', 'skill') then resource.kind else resource.name end as name,
        case when resource.kind not in ('volunteer', 'skill') then resource.parish_code end as parish_code
    from run
    join match on match.matching_run_id = run.id
    join need on need.id = match.need_id and need.ref = any(cast(:refs as text[]))
    join resource on resource.id = match.resource_id
)
select helped.ref, helped.name, helped.sort as kind, helped.person, helped.outside, parish.name as parish, parish.code as parish_code,
    count(distinct need_id) as needs,
    case when person then 5 * floor(avg(minutes) / 5 + 0.5) else floor(avg(minutes) + 0.5) end as minutes
from helped
left join area parish on parish.county_id = :county and parish.kind = 'parish' and parish.code = helped.parish_code
    and parish.valid @> cast(:day as date)
group by helped.ref, helped.name, helped.sort, helped.person, helped.outside, parish.name, parish.code
order by count(distinct need_id) desc, helped.name, helped.ref
