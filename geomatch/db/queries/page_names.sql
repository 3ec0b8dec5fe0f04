-- Names of needs and resources by their refs and of areas by their codes, for sentences that mention them.
-- No geometry.
select 'need' as thing, ref, title as name from need where county_id = :county and ref = any(cast(:needs as text[]))
union all
select 'resource', ref, name from resource where county_id = :county and ref = any(cast(:resources as text[]))
union all
select 'resource', merged.ref, resource.name from merged join resource on resource.id = merged.resource_id
where merged.county_id = :county and merged.ref = any(cast(:resources as text[]))
union all
select 'area', code, name from area where county_id = :county and code = any(cast(:areas as text[])) and upper_inf(valid)
order by 1, 2
