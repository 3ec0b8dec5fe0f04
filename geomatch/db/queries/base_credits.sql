-- Whom a map of the county owes its boundaries and roads to, once each, by name.
-- No geometry.
select distinct publisher, licence
from import
where county_id = :county and kind in ('boundaries', 'groups', 'roads') and publisher <> ''
order by publisher, licence
