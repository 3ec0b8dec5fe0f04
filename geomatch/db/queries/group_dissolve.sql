-- Draws every group of one kind from its parishes, one area for each period of unchanged membership.
-- Geometry EPSG:27700 metres; a parish shared between groups is cut along its divisions.
with member as (
    select group_code, group_name, parish_code, division_code, valid
    from membership
    where county_id = :county and group_kind = :kind
),
edge as (
    select distinct group_code, bound
    from member
    cross join lateral (values (coalesce(lower(valid), '-infinity'::date)), (coalesce(upper(valid), 'infinity'::date))) as b (bound)
),
period as (
    select group_code, bound as starts, lead(bound) over (partition by group_code order by bound) as ends
    from edge
),
part as (
    select member.group_code, member.group_name, period.starts, period.ends, member.parish_code, member.division_code,
        case when period.starts = '-infinity' then period.ends - 1 else period.starts end as day
    from period
    join member on member.group_code = period.group_code
        and member.valid @> daterange(nullif(period.starts, '-infinity'), nullif(period.ends, 'infinity'))
    where period.ends is not null
),
shared as (
    select part.group_code, part.parish_code, part.starts,
        exists (
            select from member other
            where other.parish_code = part.parish_code and other.group_code <> part.group_code
              and other.valid @> part.day
        ) as cut
    from part
    group by part.group_code, part.parish_code, part.starts, part.day
),
shape as (
    select part.group_code, part.group_name, part.starts, part.ends,
        case when shared.cut then ST_CollectionExtract(ST_Intersection(parish.geom, division.geom), 3) else parish.geom end as geom,
        case when shared.cut then ST_CollectionExtract(ST_Intersection(parish.simple, division.simple), 3) else parish.simple end as simple
    from part
    join shared using (group_code, parish_code, starts)
    join area parish on parish.county_id = :county and parish.kind = 'parish' and parish.code = part.parish_code
        and parish.valid @> part.day
    left join area division on division.county_id = :county and division.kind = 'division'
        and division.code = part.division_code and division.valid @> part.day
    where not shared.cut or division.geom is not null
),
made as (
    insert into area_set (county_id, kind, vintage)
    select :county, :kind, coalesce(
        (select max(lower(valid)) from member where not lower_inf(valid)),
        (select max(vintage) from area_set where county_id = :county and kind = 'parish')
    )
    where exists (select from shape)
    returning id
)
insert into area (county_id, area_set_id, kind, code, name, valid, geom, simple)
select :county, made.id, :kind, group_code, min(group_name),
    daterange(nullif(starts, '-infinity'), nullif(ends, 'infinity')),
    ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_UnaryUnion(ST_Collect(geom))), 3)),
    ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_UnaryUnion(ST_Collect(simple))), 3))
from shape, made
group by made.id, group_code, starts, ends
having not ST_IsEmpty(ST_UnaryUnion(ST_Collect(geom)))
order by group_code, starts
