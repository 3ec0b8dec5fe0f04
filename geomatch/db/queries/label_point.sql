-- Where a need or resource (what, id) lies; no row without a point, nor of a person, whose labels would give a home away.
-- x, y: EPSG:27700 metres.
select ST_X(geom) as x, ST_Y(geom) as y from need where :what = 'need' and id = :id and geom is not null
union all
select ST_X(geom), ST_Y(geom) from resource where :what = 'resource' and id = :id and geom is not null and kind <> 'volunteer'
