-- Needs by ref with their state, why they are unmatched and whom they are matched with, unmatched first; counts of all.
-- Minutes one way, to the nearest 5 for volunteers. matches: JSON of ref, name, kind, minutes.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
),
asked as (
    select need.id, need.ref, need.title as name, need.parish_code, need.asked, unmatched.reason, unmatched.detail, run.id as run,
        (select string_agg(distinct kind, ' ' order by kind) from need_role where need_role.need_id = need.id) as kind,
        case
            when need.status = 'met' then 'met'
            when unmatched.need_id is not null then 'unmatched'
            when exists (select from match where matching_run_id = run.id and match.need_id = need.id) then 'matched'
            else 'waiting'
        end as state
    from need
    left join run on true
    left join unmatched on unmatched.matching_run_id = run.id and unmatched.need_id = need.id
    where need.county_id = :county and need.ref = any(cast(:refs as text[])) and need.id in (select shown_needs(:county)) and not need.aspiration
),
shown as (
    select *, count(*) over () as total, count(*) filter (where state = 'unmatched') over () as unmatched,
        count(*) filter (where state = 'matched') over () as matched, count(*) filter (where state = 'met') over () as met
    from asked
    order by array_position(array['unmatched', 'waiting', 'matched', 'met'], state), name, ref
    limit :limit
)
select shown.ref, shown.name, shown.kind, shown.state, shown.asked, shown.reason, shown.detail, shown.total, shown.unmatched,
    shown.matched, shown.met, shown.parish_code, parish.name as parish,
    coalesce((
        select jsonb_agg(jsonb_build_object('ref', resource.ref, 'name', resource.name, 'kind', resource.kind, 'minutes',
            case when resource.kind = 'volunteer' then 5 * floor(match.minutes / 5 + 0.5) else floor(match.minutes + 0.5) end)
            order by match.role, resource.ref, match.slot)
        from match join resource on resource.id = match.resource_id
        where match.matching_run_id = shown.run and match.need_id = shown.id
    ), '[]') as matches
from shown
left join area parish on parish.county_id = :county and parish.kind = 'parish' and parish.code = shown.parish_code
    and parish.valid @> cast(:day as date)
order by array_position(array['unmatched', 'waiting', 'matched', 'met'], shown.state), shown.name, shown.ref
