-- What bookings of some resources hold, past and to come: which units, when, and for what. Locked resources only.
-- begins, ends: whole minutes of Europe/London wall time since 1970, set-up and turn-round included; starts, ends_at: wall time.
select booking.id, booking.resource_id, booking.bundle_id, booking.status, resource.name, need.ref as need, need.title,
    cast(extract(epoch from lower(booking.held)) / 60 as integer) as begins,
    cast(extract(epoch from upper(booking.held)) / 60 as integer) as ends,
    lower(booking.during) as starts, upper(booking.during) as ends_at, booking.quantity,
    array(select unit from booking_unit where booking_id = booking.id order by unit) as units
from booking
join resource on resource.id = booking.resource_id
left join need on need.id = booking.need_id
where booking.resource_id = any(:resources) and booking.holds
order by booking.held, booking.id
