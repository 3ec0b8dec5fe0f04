-- What is stated of a county's resources, for a search: a row each attribute of each.
-- No geometry; until: the last day on which it holds.
select feature.resource_id, feature.name, feature.truth, feature.number, feature.text, feature.until
from resource_feature as feature
join resource on resource.id = feature.resource_id
where resource.county_id = :county
order by feature.resource_id, feature.name
