-- Gives every copy of a need the matches, in the newest run, of the need it was copied from.
-- Minutes; no geometry.
insert into match (matching_run_id, need_id, resource_id, role, slot, quantity, minutes)
select matching_run_id, twin.id, resource_id, role, slot, match.quantity, minutes
from match
join need on need.id = match.need_id and need.county_id = :county
cross join generate_series(1, :copies) copy
join need twin on twin.county_id = :county and twin.ref = need.ref || '~' || copy
where matching_run_id = (select max(id) from matching_run where county_id = :county)
