-- Outlines of the current areas of one kind, simplified, as WKB, by code.
-- Polygons in EPSG:27700 metres.
select ST_AsBinary(simple) as shape
from area
where county_id = :county and kind = :kind and upper_inf(valid) and not outside
order by code
