-- The size of everything that can lie in an area: what, id, and a number (residents of a point; 1 for a record).
-- No geometry. People who help, and what nobody vouches for any more, are not among the resources. unmatched: 1 where the latest matching left a need over.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
)
select 'people' as what, code as id, residents as number, 0 as unmatched from population where county_id = :county
union all
select 'need', ref, 1, cast(status = 'open' and exists (select from unmatched
    where matching_run_id = (select id from run) and unmatched.need_id = need.id) as integer)
from need where county_id = :county and need.id in (select shown_needs(:county)) and not aspiration
union all
select 'resource', ref, 1, 0 from resource
where county_id = :county and kind not in ('volunteer', 'skill') and (withdrawn_on is null or withdrawn_on > current_date)
  and coalesce(verified_until, good_until(resource), 'infinity') >= current_date
union all
select 'organisation', ref, 1, 0 from organisation where county_id = :county and withdrawn_on is null
order by 1, 2
