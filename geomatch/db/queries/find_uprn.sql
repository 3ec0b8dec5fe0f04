-- Where a property is, and whether any property is loaded at all; always one row.
-- Easting and northing, metres, EPSG:27700; null when it is not loaded.
select ST_X(found.geom) as easting, ST_Y(found.geom) as northing,
    exists (select from uprn where county_id = :county) as loaded
from (select 1) one
left join uprn found on found.county_id = :county and found.uprn = :uprn
