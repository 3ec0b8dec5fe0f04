-- Moves what an organisation offers and asks for to another: by id, or all of it, and then those who belong to it too.
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
)
select 'resources' as thing, id from offered union all select 'needs', id from asked order by 1, 2
