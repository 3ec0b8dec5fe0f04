-- The simplified outline of every current area of one kind, as GeoJSON text, by code.
-- Longitude and latitude, SRID 4326, five decimals (about a metre).
select area.code, area.name, area.kind, area_set.vintage,
    ST_AsGeoJSON(ST_Transform(area.simple, 4326), 5) as geometry
from area
join area_set on area_set.id = area.area_set_id
where area.county_id = :county and area.kind = :kind and upper_inf(area.valid) and not area.outside
order by area.code
