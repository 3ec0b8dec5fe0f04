-- Lanes, streets and slip roads in a box, together as one SVG path with its origin at the box's north-west corner.
-- Pixels: EPSG:27700 metres times :scale, y downwards; null when there are none.
select ST_AsSVG(ST_TransScale(ST_Collect(ST_Simplify(road_edge.geom, 1.0 / :scale)), -:west, -:north, :scale, :scale), 1, 0)
from road_edge
join road_set on road_set.id = road_edge.road_set_id and road_set.current
where road_set.county_id = :county and road_edge.road_class in (6, 7, 9)
  and road_edge.geom && ST_MakeEnvelope(:west, :south, :east, :north, 27700)
