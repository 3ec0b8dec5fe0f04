-- Pairs of open need and resource where the need lies in the resource's drawn catchment or named parishes, as far as
-- everybody may know: areas that people drew are the parishes they touch.
-- Geometry EPSG:27700 metres; edges count as inside.
with offered as materialized (
    select id, public_catchment(resource) as kind, public_parishes(resource) as parishes, catchment
    from resource where county_id = :county and catchment_kind in ('polygon', 'parishes')
        and (cast(:kinds as text[]) is null or kind = any(:kinds))
)
select need.id as need_id, offered.id as resource_id
from need
join offered on (offered.kind = 'polygon' and ST_Intersects(offered.catchment, need.geom))
    or (offered.kind = 'parishes' and coalesce(need.parish_code, '') = any (offered.parishes))
where need.county_id = :county and need.status = 'open' and not need.aspiration
  and (cast(:ref as text) is null or need.ref = :ref)
order by need.id, offered.id
