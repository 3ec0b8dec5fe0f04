-- Pairs of hall or thing and resource where the first lies in the second's drawn catchment or named parishes, as far as
-- everybody may know: areas that people drew are the parishes they touch.
-- Geometry EPSG:27700 metres; edges count as inside.
with offered as materialized (
    select id, public_catchment(resource) as kind, public_parishes(resource) as parishes, catchment
    from resource
    where county_id = :county and kind in ('volunteer', 'skill', 'equipment') and catchment_kind in ('polygon', 'parishes')
)
select place.id as place_id, offered.id as resource_id
from resource place
join offered on offered.id <> place.id and ((offered.kind = 'polygon' and ST_Intersects(offered.catchment, place.geom))
    or (offered.kind = 'parishes' and coalesce(place.parish_code, '') = any (offered.parishes)))
where place.county_id = :county and place.kind in ('venue', 'equipment') and place.geom is not null
  and (cast(:places as bigint[]) is null or place.id = any(:places))
order by place.id, offered.id
