-- Finds the homes known by postcode only, and gives their owners the middle of the kilometre square in public.
-- Geometry EPSG:27700 metres; counts the volunteers placed.
with found as (
    update homes.home
    set geom = postcode.geom
    from resource, postcode
    where home.geom is null and resource.id = home.resource_id and resource.county_id = :county
      and postcode.county_id = :county and postcode.postcode = home.postcode
    returning home.resource_id, home.geom
)
update resource
set geom = ST_SetSRID(
    ST_MakePoint(floor(ST_X(found.geom) / 1000) * 1000 + 500, floor(ST_Y(found.geom) / 1000) * 1000 + 500), 27700
)
from found
where found.resource_id = resource.id
