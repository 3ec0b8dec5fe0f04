-- What an account posted in a county, and what its organisations offer and ask for: kind, ref, name, until when good, state, reason.
-- No geometry; what waits first, then by name. Records nobody posted are published unless they are withdrawn.
with mine as (
    select organisation_id from people.member where account_id = :account
),
record as (
    select case when aspiration then 'aspirations' else 'needs' end as kind, ref, title as name, organisation_id,
        cast(null as date) as until, case status when 'withdrawn' then 'withdrawn' else 'published' end as state
    from need where county_id = :county
    union all
    select 'resources', ref, name, organisation_id, good_until(resource), case when withdrawn_on is null then 'published' else 'withdrawn' end
    from resource where county_id = :county
    union all
    select 'organisations', ref, name, id, null, case when withdrawn_on is null then 'published' else 'withdrawn' end
    from organisation where county_id = :county
)
select record.kind, record.ref, record.name, record.until,
    case when posting.state = 'published' then record.state else coalesce(posting.state, record.state) end as state,
    coalesce(posting.reason, '') as reason, posting.id as posting,
    coalesce(posting.account_id = :account, false) as mine
from record
left join people.posting on posting.county_id = :county and posting.kind = record.kind and posting.ref = record.ref
where posting.account_id = :account or record.organisation_id in (select organisation_id from mine)
order by coalesce(posting.state, record.state) <> 'waiting', record.kind, record.name, record.ref
