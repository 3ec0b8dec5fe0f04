-- The road set that a county uses, with the hashes (hex) of its road graph and of the weights of each hierarchy.
-- graph: null where no blob is kept; weights: an object by mode.
select road_set.id as road_set_id, road_graph.sha256 as graph,
    (select coalesce(jsonb_object_agg(mode, weights_hash), '{}') from routing_graph where road_set_id = road_set.id) as weights
from road_set left join road_graph on road_graph.road_set_id = road_set.id
where road_set.county_id = :county and road_set.current
