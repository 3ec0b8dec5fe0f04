-- When one resource is open or closed, in the order in which it was stated.
-- Europe/London wall time.
select lower(first) as starts, upper(first) as ends, rrule, except_dates, closed, extra_dates, only_in, not_in
from opening where resource_id = :id order by id
