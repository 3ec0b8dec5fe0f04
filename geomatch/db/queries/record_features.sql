-- What is stated of one resource: name, value of its type, last day.
-- No geometry.
select name, type, truth, number, text, until from resource_feature where resource_id = :id order by name
