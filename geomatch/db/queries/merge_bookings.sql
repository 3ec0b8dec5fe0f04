-- Moves bookings to another resource, those that are over too; units are given them anew. By id, or all of one resource.
-- No geometry; gives the ids of what was moved.
with freed as (
    delete from booking_unit using booking
    where booking.id = booking_unit.booking_id and booking.resource_id = :source
        and (cast(:bookings as bigint[]) is null or booking.id = any(cast(:bookings as bigint[])))
)
update booking set resource_id = :target
where resource_id = :source and (cast(:bookings as bigint[]) is null or id = any(cast(:bookings as bigint[])))
returning id
