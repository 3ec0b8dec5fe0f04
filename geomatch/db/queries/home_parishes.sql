-- The current parish that each point lies in, in the points' order: code, and the shape with its first point only.
-- xs, ys, shape: EPSG:27700 metres, WKB; on a shared edge the lesser code wins.
with spot as (
    select number, ST_SetSRID(ST_MakePoint(x, y), 27700) as geom
    from unnest(cast(:xs as float8[]), cast(:ys as float8[])) with ordinality as given (x, y, number)
),
found as (
    select spot.number, (select code from area where county_id = :county and kind = 'parish' and upper_inf(valid)
        and ST_Intersects(area.geom, spot.geom) order by code limit 1) as code
    from spot
)
select found.code,
    case when row_number() over (partition by found.code order by found.number) = 1 then (select ST_AsBinary(geom) from area
        where county_id = :county and kind = 'parish' and upper_inf(valid) and area.code = found.code) end as shape
from found
order by found.number
