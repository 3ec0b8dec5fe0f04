-- Bookings in bundles as the desk sees them, with whom they are of; newest bundles first, then in order of the bookings.
-- starts, ends: Europe/London wall time; held_until: a moment with a zone. One that has run out counts as released.
select booking.id, booking.bundle_id, bundle.series_id, booking.role, booking.quantity, booking.despite, booking.replaces_id,
    booking.happened, booking.held_until, booking.made_by, booking.made_at, booking.changed_by, booking.changed_at,
    case when booking.status = 'proposed' and booking.held_until <= :now then 'released' else booking.status end as status,
    case when booking.status = 'proposed' and booking.held_until <= :now then 'nobody answered in time' else booking.reason end
        as reason,
    lower(booking.during) as starts, upper(booking.during) as ends,
    resource.id as resource_id, resource.ref, resource.name, resource.kind, resource.travels, resource.mode, organisation.name as organisation,
    need.id as need_id, need.ref as need, need.title,
    exists (select from booking later where later.replaces_id = booking.id
        and (later.status = 'confirmed' or (later.status = 'proposed' and later.held_until > :now))) as replaced
from booking
join resource on resource.id = booking.resource_id
join bundle on bundle.id = booking.bundle_id
left join organisation on organisation.id = resource.organisation_id
left join need on need.id = booking.need_id
where resource.county_id = :county
    and (cast(:bundles as bigint[]) is null or booking.bundle_id = any(cast(:bundles as bigint[])))
    and (cast(:need as text) is null or need.ref = :need)
    and (cast(:series as bigint) is null or bundle.series_id = :series)
order by booking.bundle_id desc, booking.id
limit 2000
