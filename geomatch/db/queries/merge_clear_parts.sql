-- Takes features, openings, check and contact away from one resource, to be written anew.
-- No geometry; returns nothing.
with features as (delete from resource_feature where resource_id = :id),
openings as (delete from opening where resource_id = :id),
checks as (delete from dbs_check where resource_id = :id)
delete from people.contact where resource_id = :id
