-- Needs and offers that pass the filters, gathered into cells of a grid: how many, where on average, and their box;
-- unmatched counts the needs not matched yet, looked at or not.
-- EPSG:27700 metres; name, ref and kind stand only where the cell holds a single record.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
),
asked as (
    select case when need.aspiration then 'aspiration' else 'need' end as thing, need.ref, need.title as name, need.parish_code, need.division_code, need.geom,
        cast(null as text) as kind,
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
      and geom && ST_MakeEnvelope(:west, :south, :east, :north, 27700)
),
offered as (
    select 'resource' as thing, ref, name, parish_code, division_code, geom, kind, cast(null as text) as state
    from resource
    where county_id = :county and :offers and (withdrawn_on is null or withdrawn_on > current_date)
      and coalesce(verified_until, good_until(resource), 'infinity') >= current_date
      and (cast(:kind as text) is null or kind = :kind)
      and (cast(:near_offers as text[]) is null or ref = any(cast(:near_offers as text[])))
      and geom && ST_MakeEnvelope(:west, :south, :east, :north, 27700)
),
item as (
    select * from asked where cast(:state as text) is null or state = :state
    union all
    select * from offered
)
select avg(ST_X(geom)) as easting, avg(ST_Y(geom)) as northing, count(*) as items,
    count(*) filter (where thing = 'need') as needs,
    count(*) filter (where thing = 'aspiration') as aspirations, count(*) filter (where state in ('unmatched', 'waiting')) as unmatched,
    min(ST_X(geom)) as west, min(ST_Y(geom)) as south, max(ST_X(geom)) as east, max(ST_Y(geom)) as north,
    case when count(*) = 1 then min(thing) end as thing, case when count(*) = 1 then min(ref) end as ref,
    case when count(*) = 1 then min(name) end as name, case when count(*) = 1 then min(kind) end as kind,
    case when count(*) = 1 then min(state) end as state
from item
where (:everywhere or parish_code = any(cast(:parishes as text[])) or division_code = any(cast(:divisions as text[]))
    or parish_code || '/' || division_code = any(cast(:parts as text[])))
group by floor(ST_X(geom) / :width), floor(ST_Y(geom) / :height)
order by count(*) desc, min(ST_X(geom)), min(ST_Y(geom)), min(ref)
