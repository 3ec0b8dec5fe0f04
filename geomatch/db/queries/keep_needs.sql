-- Needs of a county with what a matching run says of each, and who serves it, by ref.
-- No geometry; minutes one way. helpers: JSON of ref, name, kind, minutes.
select need.ref, need.title, need.asked, need.status, need.aspiration, organisation.name as organisation,
    array(select distinct kind from need_role where need_role.need_id = need.id order by kind) as kinds,
    unmatched.reason, unmatched.detail,
    coalesce((
        select jsonb_agg(jsonb_build_object('ref', resource.ref, 'name', resource.name, 'kind', resource.kind,
            'minutes', match.minutes) order by match.role, resource.ref, match.slot)
        from match join resource on resource.id = match.resource_id
        where match.matching_run_id = :run and match.need_id = need.id
    ), '[]') as helpers
from need
left join unmatched on unmatched.matching_run_id = :run and unmatched.need_id = need.id
left join organisation on organisation.id = need.organisation_id
where need.county_id = :county and need.status <> 'withdrawn'
order by need.ref collate "C"
