-- What communities would like one day, of some needs by ref: name, description, group and parish, by name.
-- No geometry.
select need.ref, need.title as name, need.description, organisation.name as organisation, need.parish_code, parish.name as parish
from need
left join organisation on organisation.id = need.organisation_id
left join area parish on parish.county_id = :county and parish.kind = 'parish' and parish.code = need.parish_code
    and parish.valid @> cast(:day as date)
where need.county_id = :county and need.ref = any(cast(:refs as text[])) and need.aspiration and need.status = 'open'
order by need.title, need.ref
