-- Resources of every county that are good for no longer than :days more, or were good once, and whose owners can be written to
-- and were not asked since; the owners' own words first, then their group's, then whoever posted it. No geometry.
with due as (
    select resource.id, resource.county_id, resource.name, resource.kind, good_until(resource) as until,
        coalesce(own.email, theirs.email, poster.email) as email,
        coalesce(nullif(own.name, ''), nullif(theirs.name, ''), poster.name, '') as owner
    from resource
    left join people.contact own on own.resource_id = resource.id and own.email is not null
    left join people.contact theirs on theirs.organisation_id = resource.organisation_id and theirs.email is not null
    left join lateral (
        select account.email, account.name from people.posting join people.account on account.id = posting.account_id
        where posting.county_id = resource.county_id and posting.kind = 'resources' and posting.ref = resource.ref
        order by posting.id desc limit 1
    ) poster on true
    where resource.withdrawn_on is null and coalesce(resource.verified_until, 'epoch') < cast(:today as date) + cast(:days as int)
)
select due.* from due
left join people.asked_still asked on asked.resource_id = due.id and asked.good_until >= due.until
where due.email is not null and due.until < cast(:today as date) + cast(:days as int) and asked.resource_id is null
order by due.county_id, lower(due.email), due.name, due.id
