-- When a county's resources are open or closed, as first occurrence, rule, days and named days, by resource.
-- Europe/London wall time.
select opening.resource_id, opening.first, opening.rrule, opening.except_dates, opening.closed,
    opening.extra_dates, opening.only_in, opening.not_in
from opening
join resource on resource.id = opening.resource_id
where resource.county_id = :county
order by opening.resource_id, opening.first, opening.id
