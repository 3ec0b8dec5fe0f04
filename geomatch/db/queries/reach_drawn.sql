-- Pairs of residents' point and resource where the point lies in the resource's drawn catchment, people's left aside.
-- Geometry EPSG:27700 metres; edges count as inside.
select population.code, resource.id as resource_id
from resource
join population on population.county_id = resource.county_id
where resource.county_id = :county and resource.catchment_kind = 'polygon' and resource.kind not in ('volunteer', 'skill') and ST_Intersects(resource.catchment, population.geom)
order by population.code, resource.id
