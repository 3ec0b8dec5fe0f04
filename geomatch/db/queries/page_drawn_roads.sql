-- Main roads (M, A and B) in a box, as SVG path data with its origin at the box's north-west corner.
-- Pixels: EPSG:27700 metres times :scale, y downwards; class 1 is M or A, 2 is B.
with piece as (
    select coalesce(substring(road_edge.number from '[MAB][0-9]+'), '') as number,
        case when road_edge.road_class = 5 then 2 else 1 end as class, road_edge.geom
    from road_edge
    join road_set on road_set.id = road_edge.road_set_id and road_set.current
    where road_set.county_id = :county and road_edge.road_class between 1 and 5
      and road_edge.geom && ST_MakeEnvelope(:west, :south, :east, :north, 27700)
),
whole as (
    select class, number, ST_Simplify(ST_LineMerge(ST_Collect(distinct geom)), 1.0 / :scale) as geom
    from piece
    group by class, number
)
select number, class,
    ST_AsSVG(ST_TransScale(geom, -:west, -:north, :scale, :scale), 1, 1) as path
from whole
where geom is not null
order by class desc, number
