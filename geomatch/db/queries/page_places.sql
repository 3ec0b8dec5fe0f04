-- Named cities, towns and villages in a box, in both languages where given; rank 1 city, 2 town, 3 village.
-- Easting and northing, EPSG:27700 metres.
select name || coalesce(' / ' || nullif(other_name, ''), '') as name,
    array_position(array['city', 'town', 'village'], lower(local_type)) as rank,
    ST_X(geom) as easting, ST_Y(geom) as northing
from place_name
where county_id = :county and lower(local_type) in ('city', 'town', 'village')
  and geom && ST_MakeEnvelope(:west, :south, :east, :north, 27700)
order by rank, place_name.name, ref
limit 600
