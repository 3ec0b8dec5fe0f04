-- Pairs of resources that may be the same, for a broker to look at: names alike, and within a kilometre where both have a place.
-- likeness 0 to 1, metres (EPSG:27700; null without both places); the likeliest first.
with near as (
    select one.ref, one.name, other.ref as other, other.name as other_name, ST_Distance(one.geom, other.geom) as metres
    from resource one
    join resource other on other.county_id = one.county_id and other.id > one.id and other.kind = one.kind
        and ST_DWithin(one.geom, other.geom, 1000)
    where one.county_id = :county and one.kind <> 'volunteer' and one.withdrawn_on is null and other.withdrawn_on is null
    union all
    select one.ref, one.name, other.ref, other.name, null
    from resource one
    join resource other on other.county_id = one.county_id and other.id <> one.id and other.kind = one.kind
    where one.county_id = :county and one.geom is null and (other.geom is not null or other.id > one.id) and one.kind <> 'volunteer' and one.withdrawn_on is null and other.withdrawn_on is null
),
pairs as (select *, similarity(name, other_name) as likeness from near)
select ref, name, other, other_name, round(cast(likeness as numeric), 2)::float8 as likeness, round(metres)::int as metres
from pairs
where likeness >= case when metres is null then 0.6 else 0.4 end
order by likeness - coalesce(metres, 500) / 5000 desc, ref, other
limit :limit
