-- What a need asks for, role by role, with the features each role asks for.
-- No geometry; minutes one way.
select need_role.role, need_role.kind, need_role.subkind, need_role.substitutes, need_role.quantity, need_role.minimum,
    need_role.max_minutes,
    coalesce((
        select jsonb_agg(jsonb_build_object('name', name, 'truth', truth, 'number', number, 'text', text) order by name)
        from role_feature where role_feature.need_role_id = need_role.id
    ), '[]') as features
from need_role
where need_role.need_id = :need
order by need_role.id
