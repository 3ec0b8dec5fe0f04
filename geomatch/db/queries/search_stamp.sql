-- What a search's memory of a county goes by: the numbers of its offers and bookings, its roads, and whether this very
-- transaction has written (then nothing of it is kept). graph: null where no blob is kept; weights: an object by mode.
select coalesce((select version from offer_version where county_id = :county), 0) as offers,
    coalesce((select version from calendar_version where county_id = :county), 0) as calendar,
    pg_current_xact_id_if_assigned() is not null as writing,
    roads.road_set_id, roads.graph, roads.weights
from (select) as one
left join (
    select road_set.id as road_set_id, road_graph.sha256 as graph,
        (select coalesce(jsonb_object_agg(mode, weights_hash), '{}') from routing_graph where road_set_id = road_set.id) as weights
    from road_set left join road_graph on road_graph.road_set_id = road_set.id
    where road_set.county_id = :county and road_set.current
) as roads on true
