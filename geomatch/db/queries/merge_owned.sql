-- Moves what an organisation offers and asks for to another: by id, or all of it.
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
)
select 'resources' as thing, id from offered union all select 'needs', id from asked order by 1, 2
