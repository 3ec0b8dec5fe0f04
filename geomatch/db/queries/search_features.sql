-- What is stated of some resources, for a search: of the attributes named, or of all. A row each.
-- No geometry; until: the last day on which it holds.
select resource_id, name, truth, number, text, until from resource_feature
where resource_id = any(:ids) and (cast(:names as text[]) is null or name = any(:names))
