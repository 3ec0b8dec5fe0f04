-- Ids of a county's resources by their own ids.
-- No geometry.
select ref, id from resource where county_id = :county and ref = any(:refs)
