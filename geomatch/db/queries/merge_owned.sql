-- Moves what an organisation offers and asks for to another: by id, or all of it, and then those who belong to it and who ask to.
-- No geometry; gives (thing, id) of what was moved.
with offered as (
    update resource set organisation_id = :target
    where organisation_id = :source and (cast(:resources as bigint[]) is null or id = any(cast(:resources as bigint[])))
    returning id
),
asked as (
    update need set organisation_id = :target
    where organisation_id = :source and (cast(:needs as bigint[]) is null or id = any(cast(:needs as bigint[])))
    returning id
),
belonging as (
    insert into people.member (account_id, organisation_id, since)
    select account_id, :target, since from people.member
    where organisation_id = :source and cast(:resources as bigint[]) is null
    on conflict do nothing
),
asking as (
    insert into people.joining (account_id, organisation_id, words, asked_at, refused_at)
    select account_id, :target, words, asked_at, refused_at from people.joining
    where organisation_id = :source and cast(:resources as bigint[]) is null and not exists (
        select from people.member where member.account_id = joining.account_id and member.organisation_id = :target
    )
    on conflict do nothing
)
select 'resources' as thing, id from offered union all select 'needs', id from asked order by 1, 2
