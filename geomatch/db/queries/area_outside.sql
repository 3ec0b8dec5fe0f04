-- Marks the county's areas that lie outside its authority's outline, where that is loaded; counts changes.
-- Geometry EPSG:27700; an area lies where more than half of it lies.
update area
set outside = found.outside
from (
    select area.id, 2 * coalesce(sum(ST_Area(ST_Intersection(area.geom, piece.geom))), 0) <= ST_Area(area.geom) as outside
    from area
    left join county_piece piece on piece.county_id = area.county_id and ST_Intersects(area.geom, piece.geom)
    where area.county_id = :county
    group by area.id, area.geom
) as found
where found.id = area.id and area.kind <> 'lad'
  and exists (select from area lad where lad.county_id = :county and lad.kind = 'lad' and not lad.outside)
  and area.outside <> found.outside
