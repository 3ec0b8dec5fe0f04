-- Counties that hold a volunteer whose home is known and who has no public place yet, in order: owner only.
-- No geometry is answered.
select distinct resource.county_id
from homes.home
join resource on resource.id = home.resource_id
where home.geom is not null and resource.geom is null
order by resource.county_id
