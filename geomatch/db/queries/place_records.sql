-- Fills point, parish, division and outside of a county's organisations, resources and needs, or of :refs among them.
-- Geometry EPSG:27700 metres; on a shared edge the lesser code wins; without an outline nothing is outside.
with record as (
    select 'organisation' as what, id, geom, postcode, null as stated_parish from organisation where county_id = :county
        and (cast(:refs as text[]) is null or ref = any(:refs))
    union all
    select 'resource', id, geom, postcode, null from resource where county_id = :county
        and (cast(:refs as text[]) is null or ref = any(:refs))
    union all
    select 'need', id, geom, postcode, stated_parish from need where county_id = :county
        and (cast(:refs as text[]) is null or ref = any(:refs))
),
located as (
    select record.what, record.id, record.stated_parish, coalesce(
        record.geom,
        (select geom from postcode where county_id = :county and postcode.postcode = record.postcode),
        (select ST_PointOnSurface(area.geom) from area where county_id = :county and kind = 'parish'
            and code = record.stated_parish order by valid desc limit 1)
    ) as geom
    from record
),
found as (
    select located.what, located.id, located.geom,
        coalesce(located.stated_parish, (select min(code) from area where county_id = :county and kind = 'parish'
            and upper_inf(valid) and ST_Intersects(area.geom, located.geom))) as parish,
        (select min(code) from area where county_id = :county and kind = 'division'
            and upper_inf(valid) and ST_Intersects(area.geom, located.geom)) as division,
        located.geom is not null
            and exists (select from county_piece where county_id = :county)
            and not exists (select from county_piece where county_id = :county
                and ST_Intersects(county_piece.geom, located.geom)) as outside
    from located
),
placed_organisation as (
    update organisation as it
    set geom = found.geom, parish_code = found.parish, division_code = found.division, outside = found.outside
    from found
    where found.what = 'organisation' and found.id = it.id
      and (it.geom, it.parish_code, it.division_code, it.outside) is distinct from
          (found.geom, found.parish, found.division, found.outside)
),
placed_resource as (
    update resource as it
    set geom = found.geom, parish_code = found.parish, division_code = found.division, outside = found.outside
    from found
    where found.what = 'resource' and found.id = it.id
      and (it.geom, it.parish_code, it.division_code, it.outside) is distinct from
          (found.geom, found.parish, found.division, found.outside)
)
update need as it
set geom = found.geom, parish_code = found.parish, division_code = found.division, outside = found.outside
from found
where found.what = 'need' and found.id = it.id
  and (it.geom, it.parish_code, it.division_code, it.outside) is distinct from
      (found.geom, found.parish, found.division, found.outside)
