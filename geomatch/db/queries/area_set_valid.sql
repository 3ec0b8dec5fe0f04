-- Sets the days on which the areas of one kind and vintage are true.
-- Geometry untouched (EPSG:27700).
update area set valid = :valid
from area_set
where area_set.id = area.area_set_id
  and area_set.county_id = :county and area_set.kind = :kind and area_set.vintage = :vintage
  and area.valid <> :valid
