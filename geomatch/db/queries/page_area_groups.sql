-- Groups in an area, the small ones first, then those of unknown size, then by name.
-- No geometry.
select ref, name, description, sector, themes, small, url
from organisation
where county_id = :county and withdrawn_on is null
  and (parish_code = any(cast(:parishes as text[])) or division_code = any(cast(:divisions as text[]))
    or parish_code || '/' || division_code = any(cast(:parts as text[])))
order by array_position(array['yes', 'unknown', 'no'], small), name, ref
