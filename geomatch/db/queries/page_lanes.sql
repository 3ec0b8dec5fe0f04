-- Lanes, streets and slip roads in a box, simplified, as GeoJSON text; at most 4,000 pieces, the longest first.
-- Longitude and latitude, SRID 4326, five decimals; the box in EPSG:27700 metres.
select ST_AsGeoJSON(ST_Transform(ST_Simplify(road_edge.geom, 8), 4326), 5) as geometry
from road_edge
join road_set on road_set.id = road_edge.road_set_id and road_set.current
where road_set.county_id = :county and road_edge.road_class in (6, 7, 9)
  and road_edge.geom && ST_MakeEnvelope(:west, :south, :east, :north, 27700)
order by road_edge.metres desc, road_edge.edge
limit 4000
