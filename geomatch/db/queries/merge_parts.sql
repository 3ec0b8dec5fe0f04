-- Writes features, openings, a check and a contact kept in JSON for the resource or organisation they belong to.
-- No geometry; returns nothing.
with features as (
    insert into resource_feature
    select * from jsonb_populate_recordset(cast(null as resource_feature), cast(:features as jsonb))
),
openings as (
    insert into opening overriding system value
    select * from jsonb_populate_recordset(cast(null as opening), cast(:openings as jsonb))
),
checks as (
    insert into dbs_check select * from jsonb_populate_recordset(cast(null as dbs_check), cast(:checks as jsonb))
)
insert into people.contact overriding system value
select * from jsonb_populate_recordset(cast(null as people.contact), cast(:contacts as jsonb))
