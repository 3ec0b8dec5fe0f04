-- The kinds of area a county has just now, with how many of each, and the box round them all.
-- Box as west, south, east, north in EPSG:27700 metres.
select kind, count(*) as areas,
    min(ST_XMin(simple)) as west, min(ST_YMin(simple)) as south, max(ST_XMax(simple)) as east, max(ST_YMax(simple)) as north
from area
where county_id = :county and upper_inf(valid) and not outside
group by kind
order by kind
