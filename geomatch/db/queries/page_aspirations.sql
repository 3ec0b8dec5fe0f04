-- What communities would like one day, for other programs, by ref.
-- Easting and northing, EPSG:27700 metres.
select need.ref as id, need.title, need.description, organisation.name as organisation,
    need.parish_code as parish, need.division_code as division, ST_X(need.geom) as easting, ST_Y(need.geom) as northing
from need
left join organisation on organisation.id = need.organisation_id
where need.county_id = :county and need.aspiration and need.status = 'open'
  and (:everywhere or need.parish_code = any(cast(:parishes as text[])) or need.division_code = any(cast(:divisions as text[]))
    or need.parish_code || '/' || need.division_code = any(cast(:parts as text[])))
order by need.ref
limit :limit offset :offset
