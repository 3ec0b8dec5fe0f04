-- Labelled resources of some kinds that one reaches from a place within some minutes, by who travels.
-- most: whole deciseconds. minutes: by road, both walks included. Who travels themselves has to travel by :mode.
select resource.id, journey.deciseconds / 600.0::float8 as minutes
from journeys_from(cast(:label as hub_label), 'resource', :most) as journey
join resource on resource.id = journey.id
where resource.county_id = :county and resource.kind = any(:kinds) and resource.travels = any(:travels)
    and (resource.travels <> 'resource' or resource.mode = :mode)
