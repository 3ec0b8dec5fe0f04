-- What of some resources is offered on a day besides people, by kind and name, with whether somebody vouches for it still.
-- No geometry. fresh: null where nobody has dated it.
select resource.ref, resource.name, resource.kind, resource.subkind, resource.verified_until,
    good_until(resource) >= current_date as fresh, resource.parish_code, parish.name as parish
from resource
left join area parish on parish.county_id = :county and parish.kind = 'parish' and parish.code = resource.parish_code
    and parish.valid @> cast(:day as date)
where resource.county_id = :county and resource.ref = any(cast(:refs as text[])) and resource.kind not in ('volunteer', 'skill')
  and (resource.withdrawn_on is null or resource.withdrawn_on > current_date)
order by array_position(array['venue', 'equipment', 'fund', 'information'], resource.kind), resource.name, resource.ref
