-- Puts :copies copies of every need of a county beside it, as far away as its id says, up to 600 m.
-- Geometry EPSG:27700 metres.
insert into need (county_id, organisation_id, ref, title, status, weight, all_or_nothing, asked, closes, mode, max_minutes,
    geom, parish_code, division_code, outside)
select county_id, organisation_id, ref || '~' || copy, title, status, weight, all_or_nothing, asked, closes, mode, max_minutes,
    ST_Translate(geom, (id * 37 + copy * 131) % 1200 - 600, (id * 53 + copy * 173) % 1200 - 600),
    parish_code, division_code, outside
from need, generate_series(1, :copies) copy
where county_id = :county
