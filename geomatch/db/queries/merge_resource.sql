-- Everything kept of one resource but its home, as it would be written again: the row itself and what belongs to it, in JSON.
-- Geometry as EWKB in hexadecimal, EPSG:27700; the row is locked until the transaction ends.
select it.id, it.ref, it.name, it.kind, to_jsonb(it)
        || jsonb_build_object('geom', cast(it.geom as text), 'catchment', cast(it.catchment as text)) as record,
    (select coalesce(jsonb_agg(to_jsonb(part) order by part.name), '[]') from resource_feature part
        where part.resource_id = it.id) as features,
    (select coalesce(jsonb_agg(to_jsonb(part) order by part.id), '[]') from opening part where part.resource_id = it.id) as openings,
    (select coalesce(jsonb_agg(to_jsonb(part)), '[]') from dbs_check part where part.resource_id = it.id) as checks,
    (select coalesce(jsonb_agg(to_jsonb(part)), '[]') from people.contact part where part.resource_id = it.id) as contacts,
    exists (select from homes.home where resource_id = it.id) as at_home
from resource it
where it.county_id = :county and it.ref = :ref
for update
