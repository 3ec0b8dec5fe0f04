-- One current area: name, vintage, from whom and under which licence, and its box.
-- West, south, east, north in EPSG:27700 metres; size in square metres.
select area.id, area.code, area.name, area.kind, area_set.vintage, import.publisher, import.licence, import.source,
    ST_XMin(area.simple) as west, ST_YMin(area.simple) as south, ST_XMax(area.simple) as east, ST_YMax(area.simple) as north,
    ST_Area(area.geom) as square_metres
from area
join area_set on area_set.id = area.area_set_id
left join import on import.id = area.import_id
where area.county_id = :county and area.kind = :kind and area.code = :code and upper_inf(area.valid) and not area.outside
