-- How many of each thing one county holds: name, count, in a fixed order.
-- No geometry; counts are of records.
select name, count from (
    select 1 as place, kind || '_areas' as name, count(*) from area
    where county_id = :county and not outside and upper_inf(valid) group by kind
    union all
    select 2, 'postcodes', count(*) from postcode where county_id = :county
    union all
    select 3, 'names', count(*) from place_name where county_id = :county
    union all
    select 4, 'residents', coalesce(sum(residents), 0) from population
    where county_id = :county and exists (select from county_piece piece
        where piece.county_id = :county and ST_Intersects(piece.geom, population.geom))
    union all
    select 5, 'road_nodes', count(*) from road_node join road_set on id = road_set_id where county_id = :county
    union all
    select 6, 'road_edges', count(*) from road_edge join road_set on id = road_set_id where county_id = :county
    union all
    select 7, 'organisations', count(*) from organisation where county_id = :county
    union all
    select 8, 'resources', count(*) from resource where county_id = :county
    union all
    select 9, 'needs', count(*) from need where county_id = :county and not aspiration
    union all
    select 10, 'aspirations', count(*) from need where county_id = :county and aspiration
) as counted
order by place, name
