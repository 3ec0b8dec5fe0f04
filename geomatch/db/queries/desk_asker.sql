-- Who asks for a need, and how they are reached.
-- No geometry.
select need.id, need.ref, need.title, need.status, need.organisation_id, organisation.name as organisation,
    coalesce(own.name, theirs.name, organisation.name, need.title) as contact_name,
    coalesce(own.email, case when own.id is null then coalesce(theirs.email, organisation.email) end) as email,
    coalesce(own.telephone, case when own.id is null then coalesce(theirs.telephone, organisation.telephone) end) as telephone
from need
left join organisation on organisation.id = need.organisation_id
left join people.contact own on own.need_id = need.id
left join people.contact theirs on theirs.organisation_id = organisation.id
where need.county_id = :county and need.ref = :ref
