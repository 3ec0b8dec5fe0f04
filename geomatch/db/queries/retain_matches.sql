-- Leaves only the figures of a county's matchings that were made before a day; answers which, one a row.
-- No geometry.
with old as (
    select id from matching_run where county_id = :county and made_at < :before and document ? 'assignments'
),
matched as (delete from match using old where matching_run_id = old.id),
left_over as (delete from unmatched using old where matching_run_id = old.id),
problem as (delete from run_problem using old where matching_run_id = old.id)
update matching_run set document = document - array['assignments', 'unmatched', 'ladders', 'difference']
from old where old.id = matching_run.id
returning matching_run.id
