-- Names spelt like the one asked for: with two letters swapped, or sharing three letters in ten (pg_trgm's similarity).
-- score: 0.9 for swapped letters, else the likeness, less a fiftieth for each rank the place is smaller. Metres, EPSG:27700.
with asked as (select search_key(:asked) as key, search_key(cast(:within as text)) as within),
found as (
    select findable.*, 0.9 as likeness from findable
    where county_id = :county and key = any (array(select search_key(each) from unnest(cast(:swapped as text[])) each))
    union all
    select findable.*, similarity(key, (select key from asked)) from findable
    where county_id = :county and key % (select key from asked)
),
best as (
    select distinct on (found.id) found.* from found
    where (cast(:kind as text) is null or kind = :kind)
      and ((select within is null from asked)
    or starts_with(search_key(parish) || ' ', (select within || ' ' from asked)))
    order by found.id, likeness desc
)
select what, ref, name, kind, rank, precision_metres, parish_code, parish, outside, 4 as fit,
    round((likeness - 0.02 * rank)::numeric, 3)::float as score, ST_X(geom) as easting, ST_Y(geom) as northing
from best
order by geom <-> ST_SetSRID(ST_MakePoint(:easting, :northing), 27700) nulls first,
    score desc, outside, length(key), name, parish, source_id
limit :limit
