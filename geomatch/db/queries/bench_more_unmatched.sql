-- Gives every copy of a need the reason, in the newest run, for which the need it was copied from was left over.
-- No geometry.
insert into unmatched (matching_run_id, need_id, reason, detail)
select matching_run_id, twin.id, reason, detail
from unmatched
join need on need.id = unmatched.need_id and need.county_id = :county
cross join generate_series(1, :copies) copy
join need twin on twin.county_id = :county and twin.ref = need.ref || '~' || copy
where matching_run_id = (select max(id) from matching_run where county_id = :county)
