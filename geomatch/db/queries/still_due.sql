-- Resources and needs of every county that are good for no longer than :days more, or were good once, and whose owners can be
-- written to and were not asked since; the owners' own words first, then their group's, then whoever posted it. A need that
-- closes by then is not asked about. No geometry.
with due as (
    select 'resource' as what, resource.id, resource.county_id, resource.name, resource.kind, good_until(resource) as until,
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
    union all
    select 'need', need.id, need.county_id, need.title, null, wanted.good_until,
        coalesce(own.email, theirs.email, poster.email), coalesce(nullif(own.name, ''), nullif(theirs.name, ''), poster.name, '')
    from county
    cross join lateral wanted(county.id)
    join need on need.id = wanted.need_id
    left join people.contact own on own.need_id = need.id and own.email is not null
    left join people.contact theirs on theirs.organisation_id = need.organisation_id and theirs.email is not null
    left join lateral (
        select account.email, account.name from people.posting join people.account on account.id = posting.account_id
        where posting.county_id = need.county_id and posting.kind in ('needs', 'aspirations') and posting.ref = need.ref
        order by posting.id desc limit 1
    ) poster on true
    where need.status = 'open' and wanted.good_until is distinct from need.closes
)
select due.* from due
where due.email is not null and due.until < cast(:today as date) + cast(:days as int)
    and not exists (select from people.asked_still asked
        where due.what = 'resource' and asked.resource_id = due.id and asked.good_until >= due.until)
    and not exists (select from people.asked_wanted asked
        where due.what = 'need' and asked.need_id = due.id and asked.good_until >= due.until)
order by due.county_id, lower(due.email), due.name, due.what, due.id
