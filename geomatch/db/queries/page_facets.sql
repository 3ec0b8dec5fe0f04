-- How many needs and offers there are by thing, state and kind, whichever of these is chosen; kind null counts each record once.
-- No geometry; a need of several kinds counts in each.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
),
item as (
    select case when need.aspiration then 'aspiration' else 'need' end as thing, need.parish_code, need.division_code,
        case
            when need.aspiration then 'aspiration'
            when need.status = 'met' then 'met'
            when exists (select from unmatched where matching_run_id = run.id and unmatched.need_id = need.id) then 'unmatched'
            when exists (select from match where matching_run_id = run.id and match.need_id = need.id) then 'matched'
            else 'waiting'
        end as state,
        array(select distinct kind from need_role where need_id = need.id) as kinds
    from need
    left join run on true
    where need.county_id = :county and need.id in (select shown_needs(:county))
      and (cast(:near_needs as text[]) is null or need.ref = any(cast(:near_needs as text[])))
    union all
    select 'resource', parish_code, division_code, null, array[kind]
    from resource
    where county_id = :county and (withdrawn_on is null or withdrawn_on > current_date)
      and coalesce(verified_until, good_until(resource), 'infinity') >= current_date
      and (cast(:near_offers as text[]) is null or ref = any(cast(:near_offers as text[])))
)
select thing, state, kind, count(*) as items
from item
cross join lateral (select null as kind union all select unnest(kinds)) each
where :everywhere or parish_code = any(cast(:parishes as text[])) or division_code = any(cast(:divisions as text[]))
    or parish_code || '/' || division_code = any(cast(:parts as text[]))
group by thing, state, kind
order by thing, state, kind
