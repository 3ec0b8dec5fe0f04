-- One need as it was stated, to be written again.
-- x, y: EPSG:27700 metres, null where the place is the postcode's or the parish's own; windows: Europe/London wall time.
select it.id, it.ref, it.title, it.description, it.weight, it.all_or_nothing, it.asked, it.closes, it.mode,
    it.max_minutes, it.postcode, it.stated_parish, it.aspiration, organisation.ref as organisation,
    case when not own.is then ST_X(it.geom) end as x, case when not own.is then ST_Y(it.geom) end as y,
    array(select during from need_window where need_id = it.id order by during) as windows
from need it
left join organisation on organisation.id = it.organisation_id
cross join lateral (select exists (select from postcode where county_id = it.county_id and postcode = it.postcode
    and ST_DWithin(geom, it.geom, 0.01))
    or (it.postcode is null and exists (select from area where county_id = it.county_id and kind = 'parish'
        and code = it.stated_parish and ST_DWithin(ST_PointOnSurface(geom), it.geom, 0.01))) as is) own
where it.county_id = :county and it.ref = :ref
