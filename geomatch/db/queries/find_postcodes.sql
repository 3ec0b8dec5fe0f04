-- Postcodes that begin as asked (without spaces), in their order, with Code-Point's positional quality.
-- Easting and northing, metres, EPSG:27700.
select postcode, quality, ST_X(geom) as easting, ST_Y(geom) as northing
from postcode
where county_id = :county and packed ~>=~ :start and packed ~<~ (cast(:start as text) || U&'\+10FFFF')
order by packed using ~<~
limit :limit
