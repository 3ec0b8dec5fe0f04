-- What waits for a broker's look in a county: what it is called, who posted it, and for which organisation.
-- No geometry; the longest waiting first.
select posting.id, posting.kind, posting.ref, posting.posted_at, account.name as poster, account.email,
    coalesce(need.title, resource.name, organisation.name, posting.ref) as name,
    coalesce(need.description, resource.description, organisation.description, '') as description,
    owner.ref as organisation, owner.name as organisation_name, owner.withdrawn_on is not null as organisation_waits
from people.posting
left join people.account on account.id = posting.account_id
left join need on posting.kind in ('needs', 'aspirations') and need.county_id = posting.county_id and need.ref = posting.ref
left join resource on posting.kind = 'resources' and resource.county_id = posting.county_id and resource.ref = posting.ref
left join organisation on posting.kind = 'organisations' and organisation.county_id = posting.county_id
    and organisation.ref = posting.ref
left join organisation owner on owner.id = coalesce(need.organisation_id, resource.organisation_id)
where posting.county_id = :county and posting.state = 'waiting'
order by posting.posted_at, posting.id
