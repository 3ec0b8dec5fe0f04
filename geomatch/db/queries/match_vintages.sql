-- The vintage of each kind of area that is true on a day: kind, vintage.
-- No geometry; dates.
select area_set.kind, max(area_set.vintage) as vintage
from area_set
where area_set.county_id = :county
  and exists (select from area where area.area_set_id = area_set.id and area.valid @> cast(:day as date))
group by area_set.kind
order by area_set.kind
