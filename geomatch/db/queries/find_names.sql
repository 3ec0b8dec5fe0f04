-- Names that begin as asked, or hold every asked word as the beginning of a word; the first letters alone where few are given.
-- fit: 0 the very name, 1 it and more words, 2 begins so, 3 later words begin so. Metres, EPSG:27700.
with asked as (select search_key(:asked) as key, search_key(cast(:within as text)) as within),
word as (select string_to_array(ltrim((select key from asked)), ' ') as words),
found as (
    select findable.*, case when key = (select key from asked) then 0
        when starts_with(key, (select key || ' ' from asked)) then 1 else 2 end as fit
    from findable
    where county_id = :county and key ~>=~ (select key from asked) and key ~<~ (select key || U&'\+10FFFF' from asked)
    union all
    select findable.*, 3
    from findable
    where county_id = :county and (select length(key) > 3 from asked)
      and key like (select '% ' || words[1] || '%' from word)
      and key like (select coalesce('% ' || words[2] || '%', '%') from word)
      and key like (select coalesce('% ' || words[3] || '%', '%') from word)
      and key like (select coalesce('% ' || words[4] || '%', '%') from word)
      and not starts_with(key, (select key from asked))
)
select what, ref, name, kind, rank, precision_metres, parish_code, parish, outside, fit, 1.0 as score,
    ST_X(geom) as easting, ST_Y(geom) as northing
from found
where (cast(:kind as text) is null or kind = :kind)
  and ((select within is null from asked)
    or starts_with(search_key(parish) || ' ', (select within || ' ' from asked)))
order by case when cast(:easting as float) is null then fit else least(fit, 1) end,
    geom <-> ST_SetSRID(ST_MakePoint(:easting, :northing), 27700) nulls first,
    outside, rank, length(key), name, parish, source_id
limit :limit
