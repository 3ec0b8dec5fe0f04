-- Fills point, parish, division and outside of every need of a county; counts those changed.
-- Geometry EPSG:27700 metres; on a shared edge the lesser code wins; outside is null-safe (no outline: inside).
with located as (
    select need.id, coalesce(
        need.geom,
        (select p.geom from postcode p where p.county_id = need.county_id and p.postcode = need.postcode), (select ST_PointOnSurface(a.geom) from area a where a.county_id = need.county_id and a.kind = 'parish'
            and a.code = need.stated_parish order by a.valid desc limit 1)
    ) as geom
    from need
    where need.county_id = :county
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
update need
set geom = found.geom, parish_code = coalesce(need.stated_parish, found.parish), division_code = found.division, outside = found.outside
from found
where found.id = need.id
  and (need.geom, need.parish_code, need.division_code, need.outside) is distinct from
      (found.geom, coalesce(need.stated_parish, found.parish), found.division, found.outside)
