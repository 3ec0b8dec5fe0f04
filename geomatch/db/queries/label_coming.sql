-- Resources from which a need or resource (what, id) is reached within some minutes, by a mode.
-- minutes: minutes by road, both walks included; by them, then by the records' own ids. Null for kind or nearest is all.
with here as materialized (select * from hub_place where what = :what and id = :id and mode = :mode),
near as materialized (select * from hub_label_in where what = :what and id = :id and mode = :mode),
ways as (
    select far.id, min(near.deciseconds + far.deciseconds) as deciseconds
    from near join hub_label_out as far using (hub, mode, county_id)
    where far.what = 'resource' and far.deciseconds <= cast(:minutes as float8) * 600 + 1 - near.deciseconds
    group by far.id
    union all
    -- Without leaving the piece of road; least() passes over the direction that is not allowed.
    select far.id, far.walk + here.walk + least(
        case when here.fraction >= far.fraction then here.forward - far.forward end,
        case when here.fraction <= far.fraction then far.backward - here.backward end)
    from here join hub_place as far using (road_set_id, mode, edge)
    where far.what = 'resource'
),
found as (select id, min(deciseconds) as deciseconds from ways group by id)
select resource.id, resource.ref, resource.name, resource.kind, found.deciseconds / 600.0::float8 as minutes
from found join resource using (id)
where found.deciseconds / 600.0::float8 <= cast(:minutes as float8) and resource.kind = coalesce(cast(:kind as text), resource.kind)
order by found.deciseconds, resource.ref collate "C"
limit cast(:nearest as bigint)
