-- How a drawn area lies to a county: whether they share ground, and the size of each.
-- Square metres, EPSG:27700; one row, of nulls where no boundaries are loaded.
select bool_or(ST_Intersects(geom, ST_GeomFromWKB(:shape, 27700))) as touches,
    ST_Area(ST_GeomFromWKB(:shape, 27700)) as drawn, sum(ST_Area(geom)) as county
from area
where county_id = :county and kind = 'parish' and not outside and upper_inf(valid)
