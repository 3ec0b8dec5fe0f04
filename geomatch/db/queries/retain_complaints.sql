-- Forgets a county's complaints that were answered before a day; answers one a row.
-- No geometry.
delete from people.complaint where county_id = :county and answered_at < :before
returning id
