-- Bundles of which something was confirmed, all of it over, and nobody asked yet whether it happened.
-- wall: Europe/London wall time; the last month only.
select bundle.id, resource.county_id, need.ref as need, need.id as need_id
from bundle
join booking on booking.bundle_id = bundle.id
join resource on resource.id = booking.resource_id
join need on need.id = bundle.need_id
where booking.status = 'confirmed'
    and not exists (select from people.asked_after where bundle_id = bundle.id)
group by bundle.id, resource.county_id, need.ref, need.id
having max(upper(booking.during)) <= :wall and max(upper(booking.during)) > cast(:wall as timestamp) - interval '31 days'
order by bundle.id
