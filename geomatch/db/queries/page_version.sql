-- One text that changes whenever the county is loaded, imported into, written into by hand, matched anew or booked from,
-- when anything is published, confirmed or taken back,
-- when what is near everybody is kept anew, when a proposal runs out, and every day. No geometry.
select concat_ws('-', current_date,
    extract(epoch from county.loaded_at),
    (select count(*) || '.' || coalesce(extract(epoch from max(imported_at)), 0) from import where county_id = county.id),
    (select max(id) from area_set where county_id = county.id),
    (select max(id) from road_set where county_id = county.id and current),
    (select max(id) from matching_run where county_id = county.id),
    'c' || coalesce((select version from calendar_version where county_id = county.id), 0),
    'o' || coalesce((select version from offer_version where county_id = county.id), 0),
    'r' || (select cast(xmin as text) from reach where county_id = county.id limit 1),
    'p' || (select extract(epoch from min(held_until)) from booking where status = 'proposed' and held_until > now())
)
from county
where id = :county
