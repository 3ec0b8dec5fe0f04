-- When units of some resources are held, from a minute on, without proposals that have run out.
-- begins, ends: whole minutes of Europe/London wall time since 1970, set-up and turn-round included.
select resource_id, quantity,
    cast(extract(epoch from lower(held)) / 60 as integer) as begins,
    cast(extract(epoch from upper(held)) / 60 as integer) as ends
from booking
where resource_id = any(:resources) and holds and upper(held) > :since
    and (status <> 'proposed' or held_until > :now)
order by resource_id, held, id
