-- A postcode that only a gazetteer of names knows.
-- Easting and northing, metres, EPSG:27700.
select name as postcode, 0 as quality, ST_X(geom) as easting, ST_Y(geom) as northing
from place_name
where county_id = :county and local_type = 'Postcode' and name = :postcode
order by id
limit 1
