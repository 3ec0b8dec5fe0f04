-- One text that changes whenever the county is loaded, imported into or matched anew, and every day.
-- No geometry.
select concat_ws('-', current_date,
    extract(epoch from county.loaded_at),
    (select count(*) || '.' || coalesce(extract(epoch from max(imported_at)), 0) from import where county_id = county.id),
    (select max(id) from area_set where county_id = county.id),
    (select max(id) from road_set where county_id = county.id and current),
    (select max(id) from matching_run where county_id = county.id)
)
from county
where id = :county
