-- The roles of a county's open needs with what each asks for, in order of (need, role).
-- max_minutes: minutes; contact_days: days in any 30; features: JSON of name, type, truth, number, text.
select need.id as need_id, role.role, role.kind, role.subkind, role.substitutes, role.quantity, role.minimum,
    role.max_minutes, role.contact, role.contact_days, role.overnight, role.personal_care, role.supervised,
    role.dbs_level, role.carries,
    coalesce((select jsonb_agg(jsonb_build_object('name', name, 'type', type, 'truth', truth, 'number', number,
        'text', text) order by name) from role_feature where need_role_id = role.id), '[]') as features
from need_role role
join need on need.id = role.need_id
where need.county_id = :county and need.status = 'open'
  and (cast(:ref as text) is null or need.ref = :ref)
order by need.ref collate "C", role.role collate "C"
