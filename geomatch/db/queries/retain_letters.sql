-- Forgets a county's letters that were sent before a day, and links whose time was over then; answers one a row.
-- No geometry.
with links as (delete from people.link where county_id = :county and until < :before)
delete from people.letter where county_id = :county and sent_at < :before
returning id
