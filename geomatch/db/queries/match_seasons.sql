-- A county's named days, such as term time and bank holidays, by name.
-- starts, ends: days, both included.
select name, lower(days) as starts, upper(days) - 1 as ends from season where county_id = :county order by name, days
