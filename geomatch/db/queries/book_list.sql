-- A county's bookings as they stand, for the desk and for feeds: one that has run out is released. Newest last.
-- starts, ends: Europe/London wall time, held_* with set-up and turn-round; moments have a zone.
select booking.id, booking.uid, booking.bundle_id, bundle.series_id, booking.role, booking.quantity,
    booking.sequence + cast(booking.status = 'proposed' and booking.held_until <= :now as integer) as sequence,
    case when booking.status = 'proposed' and booking.held_until <= :now then 'released' else booking.status end as status,
    booking.held_until, booking.happened, booking.made_by, booking.made_at,
    case when booking.status = 'proposed' and booking.held_until <= :now then booking.held_until
        else booking.changed_at end as changed_at,
    lower(booking.during) as starts, upper(booking.during) as ends,
    lower(booking.held) as held_starts, upper(booking.held) as held_ends,
    resource.ref as resource, resource.name as resource_name, resource.kind, need.ref as need, need.title as need_title
from booking
join resource on resource.id = booking.resource_id
left join bundle on bundle.id = booking.bundle_id
left join need on need.id = booking.need_id
where resource.county_id = :county and upper(booking.during) > :since
    and (cast(:resource as text) is null or resource.ref = :resource)
    and (cast(:need as text) is null or need.ref = :need)
    and (cast(:bundle as bigint) is null or booking.bundle_id = :bundle)
    and (cast(:broker as text) is null or booking.made_by = :broker)
order by booking.during, booking.id
limit :limit
