-- Gives every copy of a need the roles of the need it was copied from.
-- No geometry.
insert into need_role (need_id, role, kind, subkind, quantity, minimum)
select twin.id, role, kind, subkind, quantity, minimum
from need_role
join need on need.id = need_role.need_id and need.county_id = :county
cross join generate_series(1, :copies) copy
join need twin on twin.county_id = :county and twin.ref = need.ref || '~' || copy
