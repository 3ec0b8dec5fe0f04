-- Where every need and every offer lies, as everybody may see it: a volunteer at the mask.
-- Easting and northing, EPSG:27700 metres; records without a place are left out.
select 'need' as thing, ref, ST_X(geom) as easting, ST_Y(geom) as northing
from need where county_id = :county and need.id in (select shown_needs(:county)) and geom is not null
union all
select 'resource', ref, ST_X(geom), ST_Y(geom)
from resource where county_id = :county and geom is not null and (withdrawn_on is null or withdrawn_on > current_date)
  and coalesce(verified_until, good_until(resource), 'infinity') >= current_date
order by 1, 2
