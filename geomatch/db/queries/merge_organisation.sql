-- Everything kept of one organisation, as it would be written again: the row itself and how it is reached, in JSON.
-- Geometry as EWKB in hexadecimal, EPSG:27700; the row is locked until the transaction ends.
select it.id, it.ref, it.name, '' as kind, to_jsonb(it) || jsonb_build_object('geom', cast(it.geom as text)) as record,
    jsonb_build_array() as features, jsonb_build_array() as openings, jsonb_build_array() as checks,
    (select coalesce(jsonb_agg(to_jsonb(part)), '[]') from people.contact part where part.organisation_id = it.id) as contacts,
    false as at_home
from organisation it
where it.county_id = :county and it.ref = :ref
for update
