-- When some resources are open or closed: every different pattern once, with the resources that keep to it.
-- begins: whole minutes of Europe/London wall time since 1970; minutes: its length.
select cast(extract(epoch from lower(first)) / 60 as integer) as begins,
    cast(extract(epoch from upper(first) - lower(first)) / 60 as integer) as minutes,
    rrule, except_dates, closed, extra_dates, only_in, not_in, array_agg(resource_id) as resources
from opening where resource_id = any(:resources)
group by first, rrule, except_dates, closed, extra_dates, only_in, not_in
order by first, rrule, closed, except_dates, extra_dates, only_in, not_in
