-- One need with its group and place, and what the latest matching says of it.
-- Easting and northing, EPSG:27700 metres; minutes one way.
with run as (
    select id, as_of from matching_run where county_id = :county order by id desc limit 1
)
select need.id, need.ref, need.title, need.description, need.status, need.asked, need.closes, need.mode, need.max_minutes,
    need.all_or_nothing, need.parish_code, need.division_code, parish.name as parish, division.name as division, need.outside, need.aspiration,
    organisation.name as organisation, round(ST_X(need.geom)) as easting, round(ST_Y(need.geom)) as northing,
    (select wanted.stated_on from wanted(:county) where wanted.need_id = need.id) as stated_on,
    run.as_of, unmatched.reason, unmatched.detail,
    exists (select from match where match.matching_run_id = run.id and match.need_id = need.id) as matched
from need
left join run on true
left join unmatched on unmatched.matching_run_id = run.id and unmatched.need_id = need.id
left join organisation on organisation.id = need.organisation_id
left join area parish on parish.county_id = need.county_id and parish.kind = 'parish' and parish.code = need.parish_code
    and upper_inf(parish.valid)
left join area division on division.county_id = need.county_id and division.kind = 'division'
    and division.code = need.division_code and upper_inf(division.valid)
where need.county_id = :county and need.ref = :ref
