-- One organisation as it was stated, to be written again.
-- x, y: EPSG:27700 metres, null where the place is the postcode's own.
select it.ref, it.name, it.description, it.sector, it.themes, it.small, it.postcode, it.url, it.email, it.telephone,
    case when not own.is then ST_X(it.geom) end as x, case when not own.is then ST_Y(it.geom) end as y
from organisation it
cross join lateral (select exists (select from postcode where county_id = it.county_id and postcode = it.postcode
    and ST_DWithin(geom, it.geom, 0.01)) as is) own
where it.county_id = :county and it.ref = :ref
