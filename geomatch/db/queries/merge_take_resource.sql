-- Brings those columns of a resource that are named to what they are in a row kept as JSON; the others stay.
-- Geometry as EWKB in hexadecimal, EPSG:27700; returns nothing.
update resource set
    name = case when 'name' = any(:take) then it.name else resource.name end,
    subkind = case when 'subkind' = any(:take) then it.subkind else resource.subkind end,
    description = case when 'description' = any(:take) then it.description else resource.description end,
    organisation_id = case when 'organisation_id' = any(:take) then (select id from organisation where id = it.organisation_id)
        else resource.organisation_id end,
    import_id = case when 'import_id' = any(:take) then (select id from import where id = it.import_id) else resource.import_id end,
    quantity = case when 'quantity' = any(:take) then it.quantity else resource.quantity end,
    travels = case when 'travels' = any(:take) then it.travels else resource.travels end,
    mode = case when 'mode' = any(:take) then it.mode else resource.mode end,
    max_minutes = case when 'max_minutes' = any(:take) then it.max_minutes else resource.max_minutes end,
    catchment_kind = case when 'catchment' = any(:take) then it.catchment_kind else resource.catchment_kind end,
    catchment_minutes = case when 'catchment' = any(:take) then it.catchment_minutes else resource.catchment_minutes end,
    catchment = case when 'catchment' = any(:take) then it.catchment else resource.catchment end,
    catchment_parishes = case when 'catchment' = any(:take) then it.catchment_parishes else resource.catchment_parishes end,
    geom = case when 'place' = any(:take) then it.geom else resource.geom end,
    postcode = case when 'place' = any(:take) then it.postcode else resource.postcode end,
    parish_code = case when 'place' = any(:take) then it.parish_code else resource.parish_code end,
    division_code = case when 'place' = any(:take) then it.division_code else resource.division_code end,
    outside = case when 'place' = any(:take) then it.outside else resource.outside end,
    precision_metres = case when 'place' = any(:take) then it.precision_metres else resource.precision_metres end,
    verified_until = case when 'verified_until' = any(:take) then it.verified_until else resource.verified_until end,
    withdrawn_on = case when 'withdrawn_on' = any(:take) then it.withdrawn_on else resource.withdrawn_on end,
    set_up_minutes = case when 'set_up_minutes' = any(:take) then it.set_up_minutes else resource.set_up_minutes end,
    turn_round_minutes = case when 'turn_round_minutes' = any(:take) then it.turn_round_minutes else resource.turn_round_minutes end,
    edited_at = case when 'edited_at' = any(:take) then it.edited_at else :now end
from jsonb_populate_record(cast(null as resource), cast(:record as jsonb)) it
where resource.id = :id
