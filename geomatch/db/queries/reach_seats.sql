-- One point for every parish of a county: where most of its people live, by code.
-- Of the residents' points inside the one nearest to their middle, else a named settlement, else a point inside.
-- x, y: EPSG:27700 metres.
with parish as (
    select code, name, geom from area
    where county_id = :county and kind = 'parish' and not outside and valid @> cast(:day as date)
),
inside as (
    select parish.code, population.code as point, population.residents, population.geom
    from parish
    join population on population.county_id = :county and ST_Intersects(parish.geom, population.geom)
),
middle as (
    select code, ST_SetSRID(ST_Point(
        sum(ST_X(geom) * greatest(residents, 1)) / sum(greatest(residents, 1)),
        sum(ST_Y(geom) * greatest(residents, 1)) / sum(greatest(residents, 1))), 27700) as geom
    from inside
    group by code
),
seat as (
    select parish.code, parish.name, coalesce(
        (select inside.geom from inside join middle on middle.code = inside.code
            where inside.code = parish.code order by inside.geom <-> middle.geom, inside.point limit 1),
        (select place_name.geom from place_name
            where place_name.county_id = :county and place_name.type = 'populatedPlace'
              and ST_Intersects(parish.geom, place_name.geom)
            order by array_position(array['City', 'Town', 'Village', 'Hamlet'], place_name.local_type), ref limit 1),
        ST_PointOnSurface(parish.geom)
    ) as geom
    from parish
)
select code, name, ST_X(geom) as x, ST_Y(geom) as y
from seat
order by code collate "C"
