-- Every day on which a boundary, or what belongs to a group of parishes, became another: one day a row, in order.
-- No geometry; dates.
select day
from (
    select lower(valid) as day from area where county_id = :county and kind = any(cast(:kinds as text[])) and not outside
    union
    select upper(valid) from area where county_id = :county and kind = any(cast(:kinds as text[])) and not outside
    union
    select lower(valid) from membership where county_id = :county
    union
    select upper(valid) from membership where county_id = :county
) changed
where isfinite(day)
order by day
