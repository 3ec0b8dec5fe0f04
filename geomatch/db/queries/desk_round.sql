-- What a matching run matched, need by need in the order of their own ids, and whether something is in hand for a need.
-- starts, ends: Europe/London wall time, null for needs without a time; minutes as matched, to the nearest 5 for volunteers.
select need.id as need_id, need.ref as need, need.title, need.status, organisation.name as organisation, match.role, match.quantity,
    case when resource.kind = 'volunteer' then 5 * floor(match.minutes / 5 + 0.5) else floor(match.minutes + 0.5) end as minutes,
    lower(match.slot) as starts, upper(match.slot) as ends, resource.ref, resource.name, resource.kind,
    need.status <> 'open' or exists (select from booking where booking.need_id = need.id
        and (booking.status = 'confirmed' or booking.status = 'proposed' and booking.held_until > :now)) as in_hand
from match
join need on need.id = match.need_id
join resource on resource.id = match.resource_id
left join organisation on organisation.id = need.organisation_id
where match.matching_run_id = :run
order by need.ref collate "C", match.role, resource.ref
