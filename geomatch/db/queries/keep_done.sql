-- What was met between two days: each need whose booking was done then, with who helped, the earliest first.
-- No geometry; Europe/London wall time. People who helped are not named.
select need.ref, need.title, organisation.name as organisation, cast(min(lower(booking.during)) as date) as happened,
    array_agg(distinct resource.name order by resource.name) filter (where resource.kind not in ('volunteer', 'skill')) as things,
    count(distinct resource.id) filter (where resource.kind in ('volunteer', 'skill')) > 0 as people
from booking
join need on need.id = booking.need_id
join resource on resource.id = booking.resource_id
left join organisation on organisation.id = need.organisation_id
where need.county_id = :county and booking.status = 'done' and booking.during && tsrange(cast(:first as date), cast(:last as date) + 1)
group by need.id, organisation.name
order by 4, need.ref collate "C"
