-- Numbers of main roads (M, A and B) with some points along each as text, "lon lat,lon lat", in the order of the road.
-- Longitude and latitude, SRID 4326, four decimals; class 1 is M or A, 2 is B.
with piece as (
    select substring(road_edge.number from '[MAB][0-9]+') as number,
        case when road_edge.road_class = 5 then 2 else 1 end as class, road_edge.geom
    from road_edge
    join road_set on road_set.id = road_edge.road_set_id and road_set.current
    where road_set.county_id = :county and road_edge.road_class between 1 and 5
),
whole as (
    select class, number, ST_Simplify(ST_LineMerge(ST_Collect(distinct geom)), 400) as geom
    from piece
    where number is not null
    group by class, number
)
select number, class,
    (select string_agg(round(ST_X(at)::numeric, 4) || ' ' || round(ST_Y(at)::numeric, 4), ',' order by path)
        from (select (ST_DumpPoints(ST_Transform(ST_Segmentize(geom, 4000), 4326))).*) point(path, at)) as points
from whole
where geom is not null
order by class, number
