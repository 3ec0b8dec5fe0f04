-- Exact homes of a county with what the public sees in their place, in order of the volunteers' own ids: owner only.
-- x, y, shown_x, shown_y, metres: EPSG:27700 metres, the shown ones null where no mask is drawn.
select resource.ref, ST_X(home.geom) as x, ST_Y(home.geom) as y, ST_X(resource.geom) as shown_x, ST_Y(resource.geom) as shown_y,
    resource.precision_metres as metres
from homes.home
join resource on resource.id = home.resource_id
where resource.county_id = :county and home.geom is not null
order by resource.ref collate "C"
