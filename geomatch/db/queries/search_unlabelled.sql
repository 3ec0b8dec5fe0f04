-- Resources of some kinds that lie somewhere and have no label by the mode of whoever travels, volunteers among them.
-- x, y: EPSG:27700 metres, a volunteer's the mask; labelled: the modes whose labels count.
select resource.id, resource.travels, journey.mode, ST_X(resource.geom) as x, ST_Y(resource.geom) as y
from resource
cross join lateral (select case resource.travels when 'resource' then resource.mode else :mode end as mode) as journey
where resource.county_id = :county and resource.kind = any(:kinds) and resource.travels <> 'nobody'
    and resource.geom is not null and coalesce(resource.withdrawn_on, 'infinity') > :day
    and not (journey.mode = any(:labelled) and exists (
        select from hub_place
        where hub_place.what = 'resource' and hub_place.id = resource.id and hub_place.mode = journey.mode))
order by resource.id
