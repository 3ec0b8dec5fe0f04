-- Some groups, the small ones first, then those of unknown size, then by name.
-- No geometry.
select ref, name, description, sector, themes, small, url
from organisation
where county_id = :county and withdrawn_on is null and ref = any(cast(:refs as text[]))
order by array_position(array['yes', 'unknown', 'no'], small), name, ref
