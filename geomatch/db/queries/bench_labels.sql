-- Resources reached from a resource within some minutes by hub labels: the least by a hub, or without leaving the road.
-- minutes: by road, both walks included; nearest first, then by id.
select id, min(deciseconds) / 600.0::float8 as minutes
from (
    select far.id, near.deciseconds + far.deciseconds as deciseconds
    from hub_label_out as near
    join hub_label_in as far using (hub, mode, county_id)
    where near.what = 'resource' and near.id = :id and near.mode = :mode
        and far.what = 'resource' and far.deciseconds <= cast(:most as integer) - near.deciseconds
    union all
    select far.id, far.walk + here.walk + least(
        case when far.fraction >= here.fraction then far.forward - here.forward end,
        case when far.fraction <= here.fraction then here.backward - far.backward end)
    from hub_place as here join hub_place as far using (road_set_id, mode, edge)
    where here.what = 'resource' and here.id = :id and here.mode = :mode and far.what = 'resource'
) as way
where deciseconds <= cast(:most as integer)
group by id
order by minutes, id
