-- One thing offered, with its group and place.
-- Easting and northing, EPSG:27700 metres (a volunteer's: the mask); minutes one way.
select resource.id, resource.ref, resource.name, resource.kind, resource.subkind, resource.description, resource.quantity,
    resource.travels, resource.mode, resource.max_minutes, public_catchment(resource) as catchment_kind, resource.catchment_minutes,
    array(select name from area where area.county_id = resource.county_id and area.kind = 'parish' and upper_inf(area.valid)
        and area.code = any(public_parishes(resource)) order by name) as catchment_parishes,
    good_until(resource) as confirmed_until, resource.withdrawn_on, resource.precision_metres, resource.outside,
    resource.parish_code, resource.division_code, parish.name as parish, division.name as division,
    organisation.name as organisation, round(ST_X(resource.geom)) as easting, round(ST_Y(resource.geom)) as northing
from resource
left join organisation on organisation.id = resource.organisation_id
left join area parish on parish.county_id = resource.county_id and parish.kind = 'parish'
    and parish.code = resource.parish_code and upper_inf(parish.valid)
left join area division on division.county_id = resource.county_id and division.kind = 'division'
    and division.code = resource.division_code and upper_inf(division.valid)
where resource.county_id = :county and resource.ref = :ref
