-- Needs and resources of a county somewhere on the map that have no hub labels by a mode yet, in order of kind and id.
-- x, y: EPSG:27700 metres. People are left out: labels would give their homes away.
select record.what, record.id, ST_X(record.geom) as x, ST_Y(record.geom) as y
from (
    select 'need' as what, id, geom from need where county_id = :county and geom is not null
    union all
    select 'resource', id, geom from resource where county_id = :county and geom is not null and kind <> 'volunteer'
) as record
where not exists (select from hub_place
    where hub_place.what = record.what and hub_place.id = record.id and hub_place.mode = :mode)
order by record.what, record.id
