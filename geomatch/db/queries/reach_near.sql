-- How near residents are to one kind by one mode, as kept with the newest matching: code, residents, minutes, as_of.
-- Minutes to the nearest, null where there is none in reach; at: the mode's place among all modes. No geometry.
select code, residents, cast(minutes -> cast(:kind as text) ->> cast(:at as integer) as double precision) as minutes, as_of
from reach
where county_id = :county and what = 'people'
order by code collate "C"
