-- One area as it stood on a day: name, vintage, from whom and under which licence, the days it is true, and its box.
-- West, south, east, north in EPSG:27700 metres; size in square metres; first and last day inclusive, null for no end.
select area.id, area.code, area.name, area.kind, area_set.vintage, import.publisher, import.licence, import.source,
    lower(area.valid) as first, upper(area.valid) - 1 as last,
    ST_XMin(area.simple) as west, ST_YMin(area.simple) as south, ST_XMax(area.simple) as east, ST_YMax(area.simple) as north,
    ST_Area(area.geom) as square_metres
from area
join area_set on area_set.id = area.area_set_id
left join import on import.id = area.import_id
where area.county_id = :county and area.kind = :kind and area.code = :code and area.valid @> cast(:day as date) and not area.outside
