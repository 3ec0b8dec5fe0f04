-- For each point, by its number: the current parish it lies in (code and name), and whether that is in the county.
-- Points are metres, EPSG:27700; on a shared edge the lesser code wins; without an outline everything is inside.
select point.number, parish.code, parish.name,
    not exists (select from county_piece where county_id = :county)
        or exists (select from county_piece where county_id = :county and ST_Intersects(county_piece.geom, point.geom)) as inside
from (
    select number, ST_SetSRID(ST_MakePoint(easting, northing), 27700) as geom
    from unnest(cast(:eastings as float[]), cast(:northings as float[])) with ordinality given (easting, northing, number)
) point
left join lateral (
    select code, name from area
    where county_id = :county and kind = 'parish' and upper_inf(valid) and ST_Intersects(area.geom, point.geom)
    order by code limit 1
) parish on true
order by point.number
