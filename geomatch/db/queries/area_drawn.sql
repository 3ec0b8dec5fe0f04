-- Outlines of one kind of area on a day in a box, as SVG path data with its origin at the box's north-west corner.
-- Pixels: EPSG:27700 metres times :scale, y downwards; label_x and label_y is a point inside.
select code, name,
    ST_AsSVG(ST_TransScale(simple, -:west, -:north, :scale, :scale), 1, 1) as path,
    (ST_X(ST_PointOnSurface(simple)) - :west) * :scale as label_x,
    (:north - ST_Y(ST_PointOnSurface(simple))) * :scale as label_y
from area
where county_id = :county and kind = :kind and valid @> cast(:day as date) and not outside
  and simple && ST_MakeEnvelope(:west, :south, :east, :north, 27700)
order by code
