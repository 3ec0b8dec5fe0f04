-- Names whose words begin as the asked words do, in their order, in parishes whose name is or begins with another; by standing.
-- fit: 0 the very name, 1 begins so, 2 later words begin so. Metres, EPSG:27700.
select what, ref, name, kind, rank, precision_metres, parish_code, parish, outside, 1.0 as score,
    case when key = search_key(:asked) then 0 when starts_with(key, search_key(:asked)) then 1 else 2 end as fit,
    ST_X(geom) as easting, ST_Y(geom) as northing
from findable
where county_id = :county
  and key like replace(search_key(:asked), ' ', '% ') || '%'
  and starts_with(search_key(parish) || ' ', search_key(:within) || ' ')
  and (cast(:kind as text) is null or kind = :kind)
order by fit, standing, name, parish, source_id
limit :limit
