-- Main roads (M, A and B), each road's pieces joined and simplified, as GeoJSON text, by class and number ('' for none).
-- Longitude and latitude, SRID 4326, five decimals; class 1 is M or A, 2 is B.
with piece as (
    select coalesce(substring(road_edge.number from '[MAB][0-9]+'), '') as number,
        case when road_edge.road_class = 5 then 2 else 1 end as class, road_edge.geom
    from road_edge
    join road_set on road_set.id = road_edge.road_set_id and road_set.current
    where road_set.county_id = :county and road_edge.road_class between 1 and 5
),
whole as (
    select class, number, ST_Simplify(ST_LineMerge(ST_Collect(distinct geom)), 30) as geom
    from piece
    group by class, number
)
select number, class, ST_AsGeoJSON(ST_Transform(geom, 4326), 5) as geometry
from whole
where geom is not null
order by class, number
