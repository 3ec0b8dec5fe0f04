-- Which records lie in one area: whole parishes, whole divisions, or 'parish/division' parts of shared parishes.
-- No geometry.
with member as (
    select parish_code, division_code, group_code,
        (select count(distinct other.group_code) from membership other
            where other.county_id = :county and other.group_kind = :kind and upper_inf(other.valid)
              and other.parish_code = membership.parish_code) > 1 and division_code <> '' as shared
    from membership
    where county_id = :county and group_kind = :kind and group_code = :code and upper_inf(valid)
)
select
    case :kind when 'parish' then array[cast(:code as text)] when 'division' then array[]::text[]
        else array(select distinct parish_code from member where not shared order by 1) end as parishes,
    case :kind when 'division' then array[cast(:code as text)] else array[]::text[] end as divisions,
    array(select distinct parish_code || '/' || division_code from member where shared order by 1) as parts
