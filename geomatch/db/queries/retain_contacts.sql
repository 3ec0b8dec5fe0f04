-- Forgets how those are reached who asked for needs that were over before a day; answers whose, one a row.
-- No geometry.
delete from people.contact
using need
where need.id = contact.need_id and need.county_id = :county and need.status in ('met', 'withdrawn')
  and coalesce((select max(upper(during)) from need_window where need_id = need.id), need.closes, need.asked) < :before
returning contact.id
