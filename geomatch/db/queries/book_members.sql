-- Bookings by their own ids, by bundle or by series, with the thing booked; in the order of resources, then ids.
-- starts, ends: Europe/London wall time; held_until, changed_at: moments with a zone.
select booking.id, booking.resource_id, booking.bundle_id, booking.status, booking.held_until, booking.changed_at,
    lower(booking.during) as starts, upper(booking.during) as ends, booking.quantity, booking.role,
    resource.ref, resource.name, resource.county_id,
    exists (select from booking later where later.replaces_id = booking.id
        and (later.status = 'confirmed' or (later.status = 'proposed' and later.held_until > :now))) as replaced
from booking
join resource on resource.id = booking.resource_id
left join bundle on bundle.id = booking.bundle_id
where booking.id = any(:bookings) or booking.bundle_id = any(:bundles) or bundle.series_id = any(:series)
order by booking.resource_id, booking.id
