-- Accounts whose address or name holds a text, with their roles, when they were last here, and how many there are in all.
-- No geometry; by address.
select account.id, account.email, account.name, account.closed_at, account.totp is not null as has_second,
    array(select distinct role from people.role_held where account_id = account.id order by role) as roles,
    (select max(seen_at) from people.session where account_id = account.id) as seen_at,
    count(*) over () as total
from people.account
where cast(:text as text) is null or position(lower(:text) in account.email || ' ' || lower(account.name)) > 0
order by account.email
limit :limit offset :offset
