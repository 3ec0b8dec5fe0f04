-- Everything a county's public may find, in the order of the resources' own ids, those withdrawn and to be withdrawn too.
-- x, y: EPSG:27700 metres (a volunteer's: the mask); catchment: WKB, the same; hours in minutes. Areas that people drew are
-- told by the parishes they touch, '' standing for ground in no parish.
select resource.id, resource.ref, resource.kind, resource.subkind, resource.name, resource.quantity, resource.travels,
    resource.mode, resource.max_minutes, public_catchment(resource) as catchment_kind, resource.catchment_minutes,
    public_parishes(resource) as catchment_parishes,
    case when public_catchment(resource) = 'polygon' then ST_AsBinary(resource.catchment) end as catchment, resource.verified_until,
    cast(coalesce(resource.edited_at, stated.imported_at) as date) as stated_on, resource.withdrawn_on,
    resource.precision_metres, resource.set_up_minutes, resource.turn_round_minutes,
    ST_X(resource.geom) as x, ST_Y(resource.geom) as y, organisation.name as organisation, parish.name as parish
from resource
left join import as stated on stated.id = resource.import_id
left join organisation on organisation.id = resource.organisation_id
left join area as parish on parish.county_id = resource.county_id and parish.kind = 'parish'
    and parish.code = resource.parish_code and upper_inf(parish.valid)
where resource.county_id = :county
order by resource.ref collate "C"
