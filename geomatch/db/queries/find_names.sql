-- The very name asked for, and then names that begin so, each by standing: own before outside, large before small, short before long.
-- fit: 0 the very name, 1 begins so. Metres, EPSG:27700.
with found as (
    (select *, 0 as fit from findable
    where county_id = :county and key = search_key(:asked)
      and (cast(:kind as text) is null or kind = :kind)
    order by standing, name, parish, source_id limit :limit)
    union all
    (select *, 1 from findable
    where county_id = :county and key like search_key(:asked) || '%' and key <> search_key(:asked)
      and (cast(:kind as text) is null or kind = :kind)
    order by standing, name, parish, source_id limit :limit)
)
select what, ref, name, kind, rank, precision_metres, parish_code, parish, outside, fit, 1.0 as score,
    ST_X(geom) as easting, ST_Y(geom) as northing
from found
order by fit, standing, name, parish, source_id
limit :limit
