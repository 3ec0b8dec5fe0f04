-- What is offered on a day, in order of the resources' own ids, people at their masks.
-- x, y: EPSG:27700 metres, null where nobody knows; minutes: minutes; features: JSON of name, type, value, until.
select resource.id, resource.ref, resource.name, resource.kind, resource.subkind, resource.quantity, resource.travels,
    resource.mode, resource.max_minutes, public_catchment(resource) as catchment_kind, resource.catchment_minutes,
    public_parishes(resource) as catchment_parishes, resource.verified_until, resource.set_up_minutes, resource.turn_round_minutes, cast(stated.imported_at as date) as stated_on, null as check,
    ST_X(resource.geom) as x, ST_Y(resource.geom) as y,
    coalesce((select jsonb_agg(jsonb_build_object('name', name, 'type', type, 'truth', truth, 'number', number,
        'text', text, 'until', until) order by name)
        from resource_feature where resource_id = resource.id), '[]') as features
from resource
left join import stated on stated.id = resource.import_id
where resource.county_id = :county and coalesce(resource.withdrawn_on, 'infinity') > :day
order by resource.ref collate "C"
