-- Where resources and a need lie, people where the public sees them. The need's own ref is told as the empty text.
-- x, y: EPSG:27700 metres, null where nobody knows.
select ref, ST_X(geom) as x, ST_Y(geom) as y from resource where county_id = :county and ref = any(:refs)
union all
select '', ST_X(geom), ST_Y(geom) from need where county_id = :county and ref = :need
