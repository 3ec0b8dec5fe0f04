-- The areas that a point lies in, one a kind, by kind.
-- Point in EPSG:27700 metres.
select distinct on (kind) kind, code, name
from area
where county_id = :county and kind in ('parish', 'division', 'ljc') and upper_inf(valid) and not outside
  and ST_Covers(geom, ST_SetSRID(ST_MakePoint(:easting, :northing), 27700))
order by kind, code
