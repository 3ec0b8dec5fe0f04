-- The resources nearest to a point in a straight line, by the index on where they lie.
-- x, y: EPSG:27700 metres; of equals the lower id first.
select id from resource
where county_id = :county and kind = 'venue'
order by geom <-> ST_SetSRID(ST_MakePoint(:x, :y), 27700), id
limit :count
