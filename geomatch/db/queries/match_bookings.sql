-- Bookings that hold a county's resources after a day: when, and how many units.
-- Europe/London wall time; units are whole things.
select booking.resource_id, booking.during, booking.quantity
from booking
join resource on resource.id = booking.resource_id
where resource.county_id = :county and booking.holds and upper(booking.during) > :day
order by booking.resource_id, booking.during, booking.id
