-- Every area of one kind with how many needs, unmatched needs, offers and groups lie in it, by name.
-- No geometry. Of people there are figures elsewhere, and no counts: they are not among the offers.
with run as (
    select id from matching_run where county_id = :county order by id desc limit 1
),
record as (
    select parish_code, division_code, 1 as needs, 0 as offers, 0 as groups,
        cast(status = 'open' and exists (
            select from unmatched where matching_run_id = (select id from run) and unmatched.need_id = need.id
        ) as integer) as unmatched
    from need where county_id = :county and need.id in (select shown_needs(:county)) and not aspiration
      and (cast(:of as text) is null or exists (select from need_role where need_id = need.id and need_role.kind = :of))
    union all
    select parish_code, division_code, 0, 1, 0, 0
    from resource where county_id = :county and kind not in ('volunteer', 'skill') and (withdrawn_on is null or withdrawn_on > current_date)
      and coalesce(verified_until, good_until(resource), 'infinity') >= current_date
      and (cast(:of as text) is null or kind = :of)
    union all
    select parish_code, division_code, 0, 0, 1, 0 from organisation where county_id = :county and withdrawn_on is null
),
tally as (
    select parish_code, division_code, sum(needs) as needs, sum(offers) as offers, sum(groups) as groups,
        sum(unmatched) as unmatched
    from record
    group by parish_code, division_code
),
member as (
    select distinct parish_code, division_code, group_code
    from membership
    where county_id = :county and group_kind = :kind and upper_inf(valid)
),
placed as (
    select tally.*, case :kind when 'parish' then tally.parish_code when 'division' then tally.division_code else (
        select min(member.group_code)
        from member
        where member.parish_code = tally.parish_code and (member.division_code in ('', tally.division_code)
            or (select count(distinct group_code) from member other where other.parish_code = tally.parish_code) = 1)
    ) end as code
    from tally
)
select area.code, area.name, area.kind, area_set.vintage,
    coalesce(sum(placed.needs), 0) as needs, coalesce(sum(placed.unmatched), 0) as unmatched,
    coalesce(sum(placed.offers), 0) as offers, coalesce(sum(placed.groups), 0) as groups
from area
join area_set on area_set.id = area.area_set_id
left join placed on placed.code = area.code
where area.county_id = :county and area.kind = :kind and upper_inf(area.valid) and not area.outside
group by area.id, area_set.vintage
order by area.name, area.code
