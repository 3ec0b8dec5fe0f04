-- Who lives where in a county, by squares of 50 m where there are many: properties, else postcodes (:each apiece), else residents.
-- x, y: EPSG:27700 metres, in order.
with property as (
    select floor(ST_X(geom) / 50) as x, floor(ST_Y(geom) / 50) as y, count(*) as people
    from uprn where county_id = :county group by 1, 2
),
posted as (
    select ST_X(geom) as x, ST_Y(geom) as y, cast(:each as float8) as people
    from postcode where county_id = :county and not exists (select from property)
)
select x * 50 + 25 as x, y * 50 + 25 as y, cast(people as float8) as people from property
union all
select x, y, people from posted
union all
select ST_X(geom), ST_Y(geom), residents from population
where county_id = :county and not exists (select from property) and not exists (select from posted)
order by x, y, people
