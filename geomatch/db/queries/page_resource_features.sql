-- What is stated of a resource, by name.
-- No geometry.
select name, truth, number, text, until from resource_feature where resource_id = :resource order by name
