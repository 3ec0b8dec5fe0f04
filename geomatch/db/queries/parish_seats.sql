-- The parishes of one county: code, name, a point inside as easting and northing (EPSG:27700 metres), residents.
-- Residents are whole people, 0 where no population is loaded; sorted by code.
select area.code, area.name,
    ST_X(ST_PointOnSurface(area.geom)) as easting, ST_Y(ST_PointOnSurface(area.geom)) as northing,
    (select coalesce(sum(residents), 0)::integer from population
        where population.county_id = :county and ST_Intersects(area.geom, population.geom)) as residents
from area
where area.county_id = :county and area.kind = 'parish' and not area.outside and upper_inf(area.valid)
order by area.code
