-- Puts :copies copies of every resource of a county beside it, as far away as its id says, up to 600 m; volunteers stay.
-- Geometry EPSG:27700 metres.
insert into resource (county_id, organisation_id, ref, kind, subkind, name, quantity, travels, mode, max_minutes, geom,
    parish_code, division_code, outside, precision_metres, verified_until, withdrawn_on)
select county_id, organisation_id, ref || '~' || copy, kind, subkind, name, quantity, travels, mode, max_minutes,
    case when kind = 'volunteer' then geom
        else ST_Translate(geom, (id * 37 + copy * 131) % 1200 - 600, (id * 53 + copy * 173) % 1200 - 600) end,
    parish_code, division_code, outside, precision_metres, verified_until, withdrawn_on
from resource, generate_series(1, :copies) copy
where county_id = :county
