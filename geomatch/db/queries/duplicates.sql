-- Records of one county that may be the same as one given: name alike, and near it where both have a place.
-- what, ref, name, likeness (0 to 1), metres (null without both places); EPSG:27700; the likeliest first, 5 at most.
with named as (
    select 'organisations' as what, ref, name, geom from organisation where county_id = :county and withdrawn_on is null
    union all
    select 'resources', ref, name, geom from resource where county_id = :county and kind <> 'volunteer'
        and withdrawn_on is null
    union all
    select case when aspiration then 'aspirations' else 'needs' end, ref, title, geom from need
    where county_id = :county and status = 'open'
),
alike as (
    select what, ref, name, similarity(name, :title) as likeness,
        ST_Distance(geom, ST_SetSRID(ST_MakePoint(cast(:easting as float8), cast(:northing as float8)), 27700)) as metres
    from named
    where what = :what and ref <> :ref
)
select what, ref, name, round(cast(likeness as numeric), 2)::float8 as likeness, round(metres)::int as metres
from alike
where likeness >= case when metres <= 1000 then 0.4 when metres is null then 0.6 else 0.8 end
    and (metres is null or metres <= 10000)
order by likeness - coalesce(metres, 2000) / 20000 desc, ref
limit 5
