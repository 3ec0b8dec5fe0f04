-- The parishes of a county and the groups of each kind that hold all of them, on a day: code, kind, parent.
-- A parish shared between groups has no parent; no geometry.
with parish as (
    select code from area
    where county_id = :county and kind = 'parish' and not outside and valid @> cast(:day as date)
),
held as (
    select parish_code, min(group_code) as parent
    from membership
    where county_id = :county and group_kind = 'ljc' and valid @> cast(:day as date)
    group by parish_code
    having count(distinct group_code) = 1
)
select parish.code as id, 'parish' as kind, held.parent
from parish
left join held on held.parish_code = parish.code
union all
select distinct parent, 'ljc', null from held
order by 2, 1
