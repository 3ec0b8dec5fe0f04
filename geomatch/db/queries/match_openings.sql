-- When a county's resources are open or closed: every different pattern once, with the resources that keep to it.
-- begins: whole minutes of Europe/London wall time since 1970; minutes: its length.
select cast(extract(epoch from lower(opening.first)) / 60 as integer) as begins,
    cast(extract(epoch from upper(opening.first) - lower(opening.first)) / 60 as integer) as minutes,
    opening.rrule, opening.except_dates, opening.closed, opening.extra_dates, opening.only_in, opening.not_in,
    array_agg(opening.resource_id) as resources
from opening
join resource on resource.id = opening.resource_id
where resource.county_id = :county
    and (cast(:kinds as text[]) is null or resource.kind = any(:kinds))
    and (cast(:subkinds as text[]) is null or resource.subkind = any(:subkinds))
group by first, rrule, except_dates, closed, extra_dates, only_in, not_in
order by first, rrule, closed, except_dates, extra_dates, only_in, not_in
