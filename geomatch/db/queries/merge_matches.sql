-- Moves matches to another resource: by id, or all of one resource.
-- No geometry; gives the ids of what was moved.
update match set resource_id = :target
where resource_id = :source and (cast(:matches as bigint[]) is null or id = any(cast(:matches as bigint[])))
returning id
