-- One row of counts for a county: needs by state, things and places offered, groups, and whether it has been matched.
-- No geometry; minutes of a unit matched, those to volunteers from where they are shown.
with run as (
    select id, as_of from matching_run where county_id = :county order by id desc limit 1
),
asked as (
    select need.status,
        exists (select from unmatched where unmatched.need_id = need.id and matching_run_id = (select id from run)) as unmatched,
        exists (select from match where match.need_id = need.id and matching_run_id = (select id from run)) as matched
    from need
    where county_id = :county and need.id in (select shown_needs(:county)) and not aspiration
)
select
    (select count(*) from asked) as needs,
    (select count(*) from asked where status = 'open' and unmatched) as unmatched,
    (select count(*) from asked where status = 'open' and matched and not unmatched) as matched,
    (select count(*) from resource where county_id = :county and kind not in ('volunteer', 'skill')
      and (withdrawn_on is null or withdrawn_on > current_date) and coalesce(verified_until, good_until(resource), 'infinity') >= current_date) as offers,
    (select count(*) from organisation where county_id = :county and withdrawn_on is null) as groups,
    (select as_of from run) as as_of,
    (select sum(minutes * quantity) / sum(quantity) from match where matching_run_id = (select id from run)) as mean_minutes
