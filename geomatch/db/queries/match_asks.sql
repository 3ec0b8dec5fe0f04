-- How often a county's resources were asked lately: bookings agreed or proposed, made or taking place within so
-- many days of a day, by resource. Days before and after; units of the bookings.
select booking.resource_id, sum(booking.quantity)::integer as asks
from booking
join resource on resource.id = booking.resource_id
where resource.county_id = :county and booking.status in ('proposed', 'confirmed', 'done')
  and (booking.during && tsrange(cast(:day as date) - :days, cast(:day as date) + :days + 1)
       or (booking.made_at at time zone 'Europe/London')::date between cast(:day as date) - :days and :day)
group by booking.resource_id
order by booking.resource_id
