-- When some resources are open or closed, as first occurrence, rule, days and named days.
-- Europe/London wall time.
select resource_id, first, rrule, except_dates, closed, extra_dates, only_in, not_in
from opening where resource_id = any(:resources) order by resource_id, first, id
