-- The parishes of every group of one kind on a day, and the wards each shares ground with: group, parish, ward.
-- Worked out on simplified outlines, EPSG:27700; a ward counts from a fiftieth of the smaller of the two.
with part as (
    select distinct group_code, parish_code from membership
    where county_id = :county and group_kind = :kind and valid @> cast(:day as date)
),
near as (
    select parish.code as parish, ward.code as ward
    from area parish
    join area ward on ward.county_id = :county and ward.kind = 'division' and ward.valid @> cast(:day as date)
        and not ward.outside and ST_Intersects(ward.simple, parish.simple)
        and 50 * ST_Area(ST_Intersection(ward.simple, parish.simple)) >= least(ST_Area(ward.simple), ST_Area(parish.simple))
    where parish.county_id = :county and parish.kind = 'parish' and parish.valid @> cast(:day as date)
)
select part.group_code as code, part.parish_code as parish, array_agg(near.ward order by near.ward) filter (where near.ward is not null) as wards
from part
left join near on near.parish = part.parish_code
group by part.group_code, part.parish_code
order by part.group_code, part.parish_code
