-- Things offered that pass the filters, with their place and what is stated of access, for other programs, by ref.
-- Easting and northing, EPSG:27700 metres (a volunteer's: the mask).
select resource.ref as id, resource.kind, resource.subkind, resource.name, organisation.name as organisation,
    resource.quantity, resource.travels, resource.max_minutes, resource.verified_until, good_until(resource) as confirmed_until,
    resource.parish_code as parish, resource.division_code as division, resource.precision_metres,
    coalesce((
        select jsonb_object_agg(name, truth) from resource_feature
        where resource_feature.resource_id = resource.id and name = any(cast(:access as text[]))
    ), '{}') as access,
    ST_X(resource.geom) as easting, ST_Y(resource.geom) as northing
from resource
left join organisation on organisation.id = resource.organisation_id
where resource.county_id = :county and (resource.withdrawn_on is null or resource.withdrawn_on > current_date)
  and coalesce(resource.verified_until, good_until(resource), 'infinity') >= current_date
  and (cast(:kind as text) is null or resource.kind = :kind)
  and (:everywhere or resource.parish_code = any(cast(:parishes as text[])) or resource.division_code = any(cast(:divisions as text[]))
    or resource.parish_code || '/' || resource.division_code = any(cast(:parts as text[])))
order by resource.ref
limit :limit offset :offset
