-- The parishes of one LJC as a snapshot keeps them, by code: SVG path, a point inside, and GeoJSON text.
-- EPSG:27700 metres in whole numbers (path with y downwards, relative moves); GeoJSON on longitude and latitude, five decimals.
select parish_code as code, ST_AsSVG(geom, 1, 0) as path, ST_AsGeoJSON(ST_Transform(geom, 4326), 5) as geometry,
    ST_X(ST_PointOnSurface(geom)) as x, ST_Y(ST_PointOnSurface(geom)) as y,
    ST_XMin(geom) as west, ST_YMin(geom) as south, ST_XMax(geom) as east, ST_YMax(geom) as north, ST_Area(geom) as square_metres
from snapshot_shape
where snapshot_id = :snapshot and area_code = :code
order by parish_code
