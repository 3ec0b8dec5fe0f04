-- Pairs of hall or thing and resource where the first lies in the second's drawn catchment or named parishes, as far as
-- everybody may know: areas that people drew are the parishes they touch.
-- Geometry EPSG:27700 metres; edges count as inside.
select place.id as place_id, resource.id as resource_id
from resource
join resource place on place.county_id = resource.county_id and place.id <> resource.id
    and place.kind in ('venue', 'equipment') and place.geom is not null
where resource.county_id = :county and (cast(:places as bigint[]) is null or place.id = any(:places))
  and resource.kind in ('volunteer', 'skill', 'equipment')
  and ((public_catchment(resource) = 'polygon' and ST_Intersects(resource.catchment, place.geom))
       or (public_catchment(resource) = 'parishes' and coalesce(place.parish_code, '') = any (public_parishes(resource))))
order by place.id, resource.id
