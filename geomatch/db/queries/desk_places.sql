-- Where resources and a need lie, people at their exact homes: owner only. The need's own ref is told as the empty text.
-- x, y: EPSG:27700 metres, null where nobody knows.
select resource.ref, ST_X(coalesce(home.geom, resource.geom)) as x, ST_Y(coalesce(home.geom, resource.geom)) as y
from resource
left join homes.home on home.resource_id = resource.id
where resource.county_id = :county and resource.ref = any(:refs)
union all
select '', ST_X(geom), ST_Y(geom) from need where county_id = :county and ref = :need
