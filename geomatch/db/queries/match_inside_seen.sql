-- Pairs of open need and resource where the need lies in the resource's drawn catchment or named parishes, as far as
-- everybody may know: areas that people drew are the parishes they touch.
-- Geometry EPSG:27700 metres; edges count as inside.
select need.id as need_id, resource.id as resource_id
from resource
join need on need.county_id = resource.county_id and need.status = 'open' and not need.aspiration
where resource.county_id = :county
  and (cast(:ref as text) is null or need.ref = :ref)
  and ((public_catchment(resource) = 'polygon' and ST_Intersects(resource.catchment, need.geom))
       or (public_catchment(resource) = 'parishes' and coalesce(need.parish_code, '') = any (public_parishes(resource))))
order by need.id, resource.id
