-- Needs that pass the filters with their place and state, for other programs, by ref.
-- Easting and northing, EPSG:27700 metres.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
),
asked as (
    select need.*, wanted.stated_on, case
            when need.status = 'met' then 'met'
            when exists (select from unmatched where matching_run_id = run.id and unmatched.need_id = need.id) then 'unmatched'
            when exists (select from match where matching_run_id = run.id and match.need_id = need.id) then 'matched'
            else 'waiting'
        end as state
    from need
    join wanted(:county) on wanted.need_id = need.id
    left join run on true
    where need.county_id = :county and need.id in (select shown_needs(:county)) and not need.aspiration
      and (cast(:kind as text) is null or exists (select from need_role where need_id = need.id and kind = :kind))
      and (:everywhere or parish_code = any(cast(:parishes as text[])) or division_code = any(cast(:divisions as text[]))
        or parish_code || '/' || division_code = any(cast(:parts as text[])))
)
select asked.ref as id, asked.title, organisation.name as organisation,
    (select string_agg(distinct need_role.kind, ' ' order by need_role.kind) from need_role where need_role.need_id = asked.id) as kinds,
    asked.state, asked.asked, asked.closes,
    asked.stated_on,
    asked.parish_code as parish, asked.division_code as division,
    ST_X(asked.geom) as easting, ST_Y(asked.geom) as northing
from asked
left join organisation on organisation.id = asked.organisation_id
where cast(:state as text) is null or asked.state = :state
order by asked.ref
limit :limit offset :offset
