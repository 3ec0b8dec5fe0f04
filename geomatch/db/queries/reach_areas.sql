-- The areas of one kind as they stood on a day: code, name, vintage and outline, by code.
-- GeoJSON text, longitude and latitude, five decimals; outlines simplified to 50 m.
select area.code, area.name, area_set.vintage,
    ST_AsGeoJSON(ST_Transform(area.simple, 4326), 5) as geometry
from area
join area_set on area_set.id = area.area_set_id
where area.county_id = :county and area.kind = :kind and not area.outside and area.valid @> cast(:day as date)
order by area.code collate "C"
