-- Resources reached from a node within some minutes by pgRouting, over the roads that the query :edges gives.
-- Costs are deciseconds. minutes: by road; nearest first, then by id.
select place.resource_id as id, found.agg_cost / 600.0::float8 as minutes
from pgr_drivingDistance(cast(:edges as text), cast(:node as bigint), cast(:most as float8), true) as found
join bench_place as place using (node)
order by minutes, id
