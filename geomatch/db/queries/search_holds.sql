-- When units of a county's resources are held, from a wall time on; of proposals also until when (null: for good).
-- begins, ends: whole minutes of Europe/London wall time since 1970, set-up and turn-round included.
select booking.resource_id, booking.quantity,
    cast(extract(epoch from lower(booking.held)) / 60 as integer) as begins,
    cast(extract(epoch from upper(booking.held)) / 60 as integer) as ends,
    case when booking.status = 'proposed' then booking.held_until end as until
from booking
join resource on resource.id = booking.resource_id
where resource.county_id = :county and booking.holds and upper(booking.held) > :since
order by booking.resource_id, booking.held, booking.id
