-- Bookings that keep a county's resources after a day, without proposals that have run out: when, and how many units.
-- begins, ends: whole minutes of Europe/London wall time since 1970, set-up and turn-round included.
select booking.resource_id, booking.quantity,
    cast(extract(epoch from lower(booking.held)) / 60 as integer) as begins,
    cast(extract(epoch from upper(booking.held)) / 60 as integer) as ends
from booking
join resource on resource.id = booking.resource_id
where resource.county_id = :county and booking.holds and upper(booking.held) > :day
    and (cast(:kinds as text[]) is null or resource.kind = any(:kinds))
    and (cast(:subkinds as text[]) is null or resource.subkind = any(:subkinds))
    and (booking.status <> 'proposed' or booking.held_until > now())
order by booking.resource_id, booking.held, booking.id
