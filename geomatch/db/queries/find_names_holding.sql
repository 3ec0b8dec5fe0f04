-- Names whose words begin as the asked words do, in their order, but which do not begin as asked; by standing.
-- Nothing for one or two letters. Metres, EPSG:27700. The sum keeps the planner from reading every name in that order.
select what, ref, name, kind, rank, precision_metres, parish_code, parish, outside, 2 as fit, 1.0 as score,
    ST_X(geom) as easting, ST_Y(geom) as northing
from findable
where county_id = :county and length(search_key(:asked)) > 3
  and key like replace(search_key(:asked), ' ', '% ') || '%'
  and not starts_with(key, search_key(:asked))
  and (cast(:kind as text) is null or kind = :kind)
order by standing + 0, name, parish, source_id
limit :limit
