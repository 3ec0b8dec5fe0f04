-- Keeps the parishes of every group of one kind on a day as a snapshot draws them, shared ones cut to the group.
-- Geometry EPSG:27700 metres, simplified to 50 m.
with part as (
    select distinct group_code, parish_code from membership
    where county_id = :county and group_kind = :kind and valid @> cast(:day as date)
),
cut as (
    select part.group_code, part.parish_code,
        case when count(*) over (partition by part.parish_code) = 1 then parish.simple
            else ST_Multi(ST_CollectionExtract(ST_Intersection(parish.simple, whole.simple), 3)) end as geom
    from part
    join area parish on parish.county_id = :county and parish.kind = 'parish' and parish.code = part.parish_code
        and parish.valid @> cast(:day as date)
    join area whole on whole.county_id = :county and whole.kind = :kind and whole.code = part.group_code
        and whole.valid @> cast(:day as date)
)
insert into snapshot_shape (snapshot_id, area_code, parish_code, geom)
select :snapshot, group_code, parish_code, geom from cut where not ST_IsEmpty(geom)
order by group_code, parish_code
