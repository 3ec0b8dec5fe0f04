-- The newest matching of a county as the desk may hear of it: its outcome, its receipt, how many needs were left over.
-- mean_minutes: minutes of a unit matched, those to volunteers from where they are shown. No geometry.
select id, policy, as_of, problem_sha256, status, served, receipt, gap,
    (select count(*) from unmatched where matching_run_id = matching_run.id) as unmatched,
    (select sum(minutes * quantity) / sum(quantity) from match where matching_run_id = matching_run.id) as mean_minutes
from matching_run where county_id = :county order by id desc limit 1
