-- One resource as it was stated, to be written again; without a volunteer's home, which nobody may read.
-- x, y: EPSG:27700 metres, null where the place is the postcode's own or a volunteer's; features and openings: JSON.
select it.ref, it.name, it.kind, it.subkind, it.description, it.quantity, it.travels, it.mode, it.max_minutes,
    it.catchment_kind, it.catchment_minutes, it.catchment_parishes, ST_AsBinary(it.catchment) as catchment,
    it.postcode, it.verified_until, it.set_up_minutes, it.turn_round_minutes, organisation.ref as organisation,
    case when not own.is then ST_X(it.geom) end as x, case when not own.is then ST_Y(it.geom) end as y,
    it.id, dbs_check.level, dbs_check.seen_by, dbs_check.issued, dbs_check.seen_on, dbs_check.until
from resource it
left join organisation on organisation.id = it.organisation_id
left join dbs_check on dbs_check.resource_id = it.id
cross join lateral (select it.kind = 'volunteer' or exists (select from postcode where county_id = it.county_id
    and postcode = it.postcode and ST_DWithin(geom, it.geom, 0.01)) as is) own
where it.county_id = :county and it.ref = :ref
