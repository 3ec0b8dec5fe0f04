-- The middle of the loaded postcodes of a sector or outcode, and how far the farthest is from it; no row when there are none.
-- Easting, northing and metres, EPSG:27700. Letters: how long a whole postcode of that part is without its space.
with unit as (
    select geom from postcode
    where county_id = :county and packed ~>=~ :start and packed ~<~ (cast(:start as text) || U&'\+10FFFF') and length(packed) = :letters
),
middle as (select avg(ST_X(geom)) as easting, avg(ST_Y(geom)) as northing, count(*) as units from unit)
select easting, northing, units, (
    select max(ST_Distance(geom, ST_SetSRID(ST_MakePoint(easting, northing), 27700))) from unit
) as metres
from middle
where units > 0
