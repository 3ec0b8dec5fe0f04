-- How much hangs on one record: bookings to come and past, matches of all rounds, and what a group offers and asks for.
-- No geometry.
select (select count(*) from booking where resource_id = :resource and upper(during) > :wall and holds) as coming,
    (select count(*) from booking where resource_id = :resource and not (upper(during) > :wall and holds)) as past,
    (select count(*) from match where resource_id = :resource) as matches,
    (select count(*) from resource where organisation_id = :organisation) as offers,
    (select count(*) from need where organisation_id = :organisation) as needs
