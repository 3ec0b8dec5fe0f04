-- How many counties the database holds and how many have roads.
-- No geometry.
select (select count(*) from county) as counties, (select count(*) from road_set where current) as with_roads
