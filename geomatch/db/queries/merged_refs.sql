-- Refs that went in merges of one county, with the ref that answers to each since.
-- No geometry.
select merged.ref, coalesce(resource.ref, organisation.ref) as now
from merged
left join resource on resource.id = merged.resource_id
left join organisation on organisation.id = merged.organisation_id
where merged.county_id = :county and merged.what = :what and (cast(:ref as text) is null or merged.ref = :ref)
