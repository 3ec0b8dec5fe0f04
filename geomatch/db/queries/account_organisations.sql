-- Organisations of one county that an account belongs to: whether posts are published at once, and whether it waits itself.
-- No geometry; by name.
select organisation.id, organisation.ref, organisation.name, member.since, organisation.withdrawn_on is not null as withdrawn,
    exists (select from people.trusted where organisation_id = organisation.id) as trusted
from people.member
join organisation on organisation.id = member.organisation_id
where member.account_id = :account and organisation.county_id = :county
order by organisation.name, organisation.ref
