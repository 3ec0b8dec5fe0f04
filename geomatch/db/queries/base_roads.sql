-- Every piece of the current roads that is drawn on a map: its class, whether it lies in a built-up place, its line as WKB.
-- Lines in EPSG:27700 metres; footpaths, steps and ferries are left out.
select road_edge.road_class, (road_edge.flags & 32) > 0 and road_edge.road_class between 6 and 8 as built_up,
    ST_AsBinary(road_edge.geom) as line
from road_edge
join road_set on road_set.id = road_edge.road_set_id and road_set.current
where road_set.county_id = :county and road_edge.road_class <= 10
order by road_edge.edge
