-- Needs and offers that pass the filters, needs first and the unmatched first among them, with the count of all.
-- Points as easting and northing, EPSG:27700 metres; a volunteer's is the mask.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
),
asked as (
    select case when need.aspiration then 'aspiration' else 'need' end as thing, need.ref, need.title as name, need.parish_code, need.division_code, need.geom, need.asked,
        (select string_agg(distinct kind, ' ' order by kind) from need_role where need_role.need_id = need.id) as kind,
        case
            when need.aspiration then 'aspiration'
            when need.status = 'met' then 'met'
            when exists (select from unmatched where matching_run_id = run.id and unmatched.need_id = need.id) then 'unmatched'
            when exists (select from match where matching_run_id = run.id and match.need_id = need.id) then 'matched'
            else 'waiting'
        end as state
    from need
    left join run on true
    where need.county_id = :county and need.id in (select shown_needs(:county)) and :needs
      and need.aspiration = (cast(:state as text) is not distinct from 'aspiration')
      and (cast(:kind as text) is null or exists (select from need_role where need_id = need.id and kind = :kind))
      and (cast(:near_needs as text[]) is null or need.ref = any(cast(:near_needs as text[])))
),
offered as (
    select 'resource' as thing, ref, name, parish_code, division_code, geom, cast(null as date) as asked, kind,
        cast(null as text) as state
    from resource
    where county_id = :county and :offers and (withdrawn_on is null or withdrawn_on > current_date)
      and coalesce(verified_until, good_until(resource), 'infinity') >= current_date
      and (cast(:kind as text) is null or kind = :kind)
      and (cast(:near_offers as text[]) is null or ref = any(cast(:near_offers as text[])))
),
item as (
    select * from asked where cast(:state as text) is null or state = :state
    union all
    select * from offered
)
select item.thing, item.ref, item.name, item.kind, item.state, item.asked, item.parish_code, item.division_code,
    parish.name as parish, round(ST_X(item.geom)) as easting, round(ST_Y(item.geom)) as northing,
    count(*) over () as total, count(*) filter (where item.geom is null) over () as unplaced
from item
left join area parish on parish.county_id = :county and parish.kind = 'parish' and parish.code = item.parish_code
    and upper_inf(parish.valid)
where (:everywhere or item.parish_code = any(cast(:parishes as text[])) or item.division_code = any(cast(:divisions as text[]))
        or item.parish_code || '/' || item.division_code = any(cast(:parts as text[])))
  and (cast(:west as float) is null or item.geom && ST_MakeEnvelope(:west, :south, :east, :north, 27700))
order by item.thing, array_position(array['unmatched', 'waiting', 'matched', 'met'], item.state), item.name, item.ref
limit :limit offset :offset
