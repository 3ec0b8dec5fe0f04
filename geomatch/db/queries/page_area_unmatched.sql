-- Why needs of an area are unmatched in the latest matching: one row per need.
-- No geometry.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
)
select need.ref, unmatched.reason, unmatched.detail
from run
join unmatched on unmatched.matching_run_id = run.id
join need on need.id = unmatched.need_id
where (need.parish_code = any(cast(:parishes as text[])) or need.division_code = any(cast(:divisions as text[]))
    or need.parish_code || '/' || need.division_code = any(cast(:parts as text[])))
order by need.ref
