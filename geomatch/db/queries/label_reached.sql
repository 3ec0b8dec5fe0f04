-- Resources that somebody setting out from a need or resource (what, id) reaches within some minutes, by a mode.
-- most: whole deciseconds. minutes: by road, both walks included; by them, then by the records' own ids. Null for kind or nearest is all.
select resource.id, resource.ref, resource.name, resource.kind, journey.deciseconds / 600.0::float8 as minutes
from hub_label_of(:what, :id, :mode, false) as here
cross join lateral journeys_from(here, 'resource', :most) as journey
join resource on resource.id = journey.id
where resource.kind = coalesce(cast(:kind as text), resource.kind)
order by journey.deciseconds, resource.ref collate "C"
limit cast(:nearest as bigint)
