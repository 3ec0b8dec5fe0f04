-- How resources of some kinds are travelled to: who travels, by which mode, and whether labels tell all, some or none of it.
-- No geometry; labelled: the modes whose labels count. Volunteers never have any.
select resource.travels, journey.mode, bool_or(at.id is not null) as labels, bool_or(at.id is null) as searches
from resource
cross join lateral (select case resource.travels when 'resource' then resource.mode else :mode end as mode) as journey
left join hub_place as at on at.what = 'resource' and at.id = resource.id and at.mode = journey.mode
    and journey.mode = any(:labelled)
where resource.county_id = :county and resource.kind = any(:kinds) and resource.travels <> 'nobody'
    and resource.geom is not null and coalesce(resource.withdrawn_on, 'infinity') > :day
group by resource.travels, journey.mode
order by resource.travels, journey.mode
