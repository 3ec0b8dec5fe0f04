-- Resources as a broker reads them, with what they cost and how their people are reached, in the order of their ids.
-- pence_per_hour, deposit_pence: pence, null where nobody said; no geometry.
select resource.id, resource.ref, resource.name, resource.kind, resource.subkind, resource.quantity, resource.travels,
    resource.mode, resource.verified_until, organisation.id as organisation_id, organisation.name as organisation,
    parish.name as parish,
    (select number from resource_feature where resource_id = resource.id and name = 'pence_per_hour') as pence_per_hour,
    (select number from resource_feature where resource_id = resource.id and name = 'deposit_pence') as deposit_pence,
    (select jsonb_object_agg(name, coalesce(truth, cast(number as text), text)) from resource_feature
        where resource_id = resource.id) as features,
    coalesce(own.name, theirs.name, organisation.name, resource.name) as contact_name,
    coalesce(own.email, case when own.id is null then coalesce(theirs.email, organisation.email) end) as email,
    coalesce(own.telephone, case when own.id is null then coalesce(theirs.telephone, organisation.telephone) end) as telephone
from resource
left join organisation on organisation.id = resource.organisation_id
left join people.contact own on own.resource_id = resource.id
left join people.contact theirs on theirs.organisation_id = organisation.id
left join area parish on parish.county_id = resource.county_id and parish.kind = 'parish'
    and parish.code = resource.parish_code and upper_inf(parish.valid)
where resource.county_id = :county and resource.ref = any(:refs)
order by resource.id
