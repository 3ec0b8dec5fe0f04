-- Fills point, parish, division and outside of every organisation of a county; counts those changed.
-- Geometry EPSG:27700 metres; on a shared edge the lesser code wins; outside is null-safe (no outline: inside).
with located as (
    select organisation.id, coalesce(
        organisation.geom,
        (select p.geom from postcode p where p.county_id = organisation.county_id and p.postcode = organisation.postcode)
    ) as geom
    from organisation
    where organisation.county_id = :county
),
found as (
    select located.id, located.geom,
        (select min(a.code) from area a where a.county_id = :county and a.kind = 'parish' and upper_inf(a.valid)
            and ST_Intersects(a.geom, located.geom)) as parish,
        (select min(a.code) from area a where a.county_id = :county and a.kind = 'division' and upper_inf(a.valid)
            and ST_Intersects(a.geom, located.geom)) as division,
        located.geom is not null
            and exists (select from county_piece where county_id = :county)
            and not exists (select from county_piece piece
                where piece.county_id = :county and ST_Intersects(piece.geom, located.geom)) as outside
    from located
)
update organisation
set geom = found.geom, parish_code = found.parish, division_code = found.division, outside = found.outside
from found
where found.id = organisation.id
  and (organisation.geom, organisation.parish_code, organisation.division_code, organisation.outside) is distinct from
      (found.geom, found.parish, found.division, found.outside)
