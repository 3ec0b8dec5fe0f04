-- The parishes of one LJC as a snapshot keeps them, by code: SVG path, a point inside, box, and GeoJSON text.
-- Pixels, y downwards from the frame's north-west corner (origin, EPSG:27700), :width by :height at most (scale: pixels a
-- metre); GeoJSON in lon and lat.
with kept as (
    select parish_code, geom from snapshot_shape where snapshot_id = :snapshot and area_code = :code
),
frame as (
    select box, least(cast(:width as float) / (ST_XMax(box) - ST_XMin(box)), cast(:height as float) / (ST_YMax(box) - ST_YMin(box))) as scale
    from (select ST_Extent(geom) as box from kept) as extent
    where box is not null
),
drawn as (
    select kept.*, frame.scale, ST_XMin(box) as origin_easting, ST_YMax(box) as origin_northing, ST_TransScale(geom, -ST_XMin(box), -ST_YMax(box), scale, scale) as pixels from kept, frame
)
select parish_code as code, ST_AsSVG(pixels, 0, 1) as path, scale, ST_AsGeoJSON(ST_Transform(geom, 4326), 5) as geometry,
    ST_X(ST_PointOnSurface(pixels)) as x, -ST_Y(ST_PointOnSurface(pixels)) as y,
    origin_easting, origin_northing, ST_XMin(pixels) as west, -ST_YMax(pixels) as north, ST_XMax(pixels) as east, -ST_YMin(pixels) as south
from drawn
order by parish_code
