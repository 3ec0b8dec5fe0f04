-- The session of a token that still runs, with its account, and whether that has a second factor.
-- No geometry; times with their zone.
select session.id, session.account_id, session.made_at, session.seen_at, session.until, session.second_at,
    account.email, account.name, account.totp is not null as has_second
from people.session
join people.account on account.id = session.account_id
where session.token_sha256 = :token and session.until >= :now and account.closed_at is null
