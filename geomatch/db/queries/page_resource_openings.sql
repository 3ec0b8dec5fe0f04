-- When a resource may be had: first occurrence, how it repeats, and whether it takes time away.
-- Europe/London wall time.
select lower(first) as starts, upper(first) as ends, rrule, except_dates, extra_dates, only_in, not_in, closed
from opening where resource_id = :resource order by closed, first, id
