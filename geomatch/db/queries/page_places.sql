-- Named cities, towns and villages in a box, in both languages where given, by rank (1 city, 2 town, 3 village) and size.
-- Easting and northing, EPSG:27700 metres; size of a city or town is its residents within 2 km, or a twentieth of the metres
-- of local roads there where no resident is known (a low guess: places counted come first); 0 for villages.
select place.name || coalesce(' / ' || nullif(place.other_name, ''), '') as name, place.rank,
    round(coalesce(nullif(people.residents, 0), streets.metres / 20, 0)) as size,
    ST_X(place.geom) as easting, ST_Y(place.geom) as northing
from (
    select *, array_position(array['city', 'town', 'village'], lower(local_type)) as rank
    from place_name
    where county_id = :county and lower(local_type) in ('city', 'town', 'village')
      and geom && ST_MakeEnvelope(:west, :south, :east, :north, 27700)
) place
left join lateral (
    select sum(population.residents) as residents from population
    where place.rank < 3 and population.county_id = :county and ST_DWithin(population.geom, place.geom, 2000)
) people on true
left join lateral (
    select sum(road_edge.metres) as metres from road_edge
    join road_set on road_set.id = road_edge.road_set_id and road_set.current
    where place.rank < 3 and coalesce(people.residents, 0) = 0 and road_set.county_id = :county
      and road_edge.road_class in (7, 8) and road_edge.geom && ST_Expand(place.geom, 2000)
) streets on true
order by place.rank, size desc, place.name, place.ref
limit 600
