-- Forgets the dissolved areas of one kind of group (their members stay).
-- Geometry EPSG:27700.
delete from area_set where county_id = :county and kind = :kind
