-- Pairs of hall or thing and resource where the first lies in the second's drawn catchment or named parishes.
-- Geometry EPSG:27700 metres; edges count as inside.
select place.id as place_id, resource.id as resource_id
from resource
join resource place on place.county_id = resource.county_id and place.id <> resource.id
    and place.kind in ('venue', 'equipment') and place.geom is not null
where resource.county_id = :county and (cast(:places as bigint[]) is null or place.id = any(:places))
  and resource.kind in ('volunteer', 'skill', 'equipment')
  and ((resource.catchment_kind = 'polygon' and ST_Intersects(resource.catchment, place.geom))
       or (resource.catchment_kind = 'parishes' and place.parish_code = any (resource.catchment_parishes)))
order by place.id, resource.id
