-- The roles of one account with the county and the area they are held in, by name.
-- No geometry.
select role_held.id, role_held.role, role_held.county_id, county.name as county, role_held.area, role_held.given_at,
    (select area.name from area where area.county_id = role_held.county_id and area.kind = 'ljc'
        and area.code = substr(role_held.area, 5) order by upper_inf(area.valid) desc limit 1) as area_name
from people.role_held
left join county on county.id = role_held.county_id
where role_held.account_id = :account
order by role_held.role, county.name, role_held.area
