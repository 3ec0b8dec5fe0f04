-- What is offered on a day, in order of the resources' own ids. People where the public sees them.
-- x, y: EPSG:27700 metres, null where nobody knows; minutes: minutes; features: JSON of name, type, value, until.
select resource.id, resource.ref, resource.kind, resource.subkind, resource.quantity, resource.travels, resource.mode,
    resource.max_minutes, resource.catchment_kind, resource.catchment_minutes, resource.catchment_parishes,
    resource.verified_until, cast(coalesce(resource.edited_at, stated.imported_at) as date) as stated_on,
    to_jsonb(dbs_check) as check,
    resource.set_up_minutes, resource.turn_round_minutes,
    ST_X(resource.geom) as x, ST_Y(resource.geom) as y,
    coalesce((select jsonb_agg(jsonb_build_object('name', name, 'type', type, 'truth', truth, 'number', number,
        'text', text, 'until', until) order by name)
        from resource_feature where resource_id = resource.id), '[]') as features
from resource
left join import stated on stated.id = resource.import_id
left join dbs_check on dbs_check.resource_id = resource.id
where resource.county_id = :county and coalesce(resource.withdrawn_on, 'infinity') > :day
    and (cast(:kinds as text[]) is null or resource.kind = any(:kinds))
    and (cast(:subkinds as text[]) is null or resource.subkind = any(:subkinds))
order by resource.ref collate "C"
