-- The stretches of days in which an area was drawn differently, the newest first: first and last day, name.
-- No geometry; days inclusive, null for no end.
select lower(valid) as first, upper(valid) - 1 as last, name
from area
where county_id = :county and kind = :kind and code = :code and not outside
order by upper(valid) desc nulls first
