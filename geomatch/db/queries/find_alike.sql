-- Names spelt like the one asked for: with two letters swapped, or sharing three letters in ten (pg_trgm's similarity).
-- score: 0.9 for swapped letters, else the likeness, less a fiftieth for each rank the place is smaller. Metres, EPSG:27700.
with found as (
    select *, 0.9 as likeness from findable
    where county_id = :county and key = any (array(select search_key(each) from unnest(cast(:swapped as text[])) each))
    union all
    select *, similarity(key, search_key(:asked)) from findable
    where county_id = :county and key % search_key(:asked)
),
best as (
    select distinct on (id) * from found
    where (cast(:kind as text) is null or kind = :kind)
      and (cast(:within as text) is null or starts_with(search_key(parish) || ' ', search_key(:within) || ' '))
    order by id, likeness desc
)
select what, ref, name, kind, rank, precision_metres, parish_code, parish, outside, 3 as fit,
    round((likeness - 0.02 * rank)::numeric, 3)::float as score, ST_X(geom) as easting, ST_Y(geom) as northing
from best
order by geom <-> ST_SetSRID(ST_MakePoint(:easting, :northing), 27700) nulls first,
    score desc, standing, name, parish, source_id
limit :limit
