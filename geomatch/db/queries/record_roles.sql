-- The roles of one need in the order in which they were stated, with what each asks for.
-- max_minutes: minutes; features: JSON of name, type, truth, number, text.
select role, kind, subkind, substitutes, quantity, minimum, max_minutes, contact, contact_days, overnight,
    personal_care, supervised, dbs_level, carries,
    coalesce((select jsonb_agg(jsonb_build_object('name', name, 'type', type, 'truth', truth, 'number', number,
        'text', text) order by name) from role_feature where need_role_id = need_role.id), '[]') as features
from need_role where need_id = :id order by id
