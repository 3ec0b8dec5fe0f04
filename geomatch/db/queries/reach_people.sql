-- Where residents live: every point of a county with how many, by code.
-- x, y: EPSG:27700 metres; whole people.
select code, residents, ST_X(geom) as x, ST_Y(geom) as y
from population
where county_id = :county
order by code
