-- What bookings hold of one resource that touch what is wanted or are not over: which units, and when.
-- begins, ends: whole minutes of Europe/London wall time since 1970, set-up and turn-round included.
select booking.id, booking.status, booking.held_until,
    cast(extract(epoch from lower(booking.held)) / 60 as integer) as begins,
    cast(extract(epoch from upper(booking.held)) / 60 as integer) as ends,
    array(select unit from booking_unit where booking_id = booking.id order by unit) as units
from booking
where booking.resource_id = :resource and booking.holds and upper(booking.held) > :since
order by booking.held, booking.id
