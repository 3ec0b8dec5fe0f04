-- Cuts a county's outline into pieces of at most 128 corners, for quick answers to "is this inside?".
-- Geometry EPSG:27700 metres.
insert into county_piece (county_id, geom)
select id, (ST_Dump(ST_Subdivide(geom, 128))).geom
from county
where id = :county and geom is not null
