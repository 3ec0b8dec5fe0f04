-- Volunteers of a county for whom nobody has vouched since a day, by their own ids.
-- No geometry.
select ref from resource
where county_id = :county and kind = 'volunteer' and coalesce(good_until(resource), edited_at) < :before
order by ref collate "C"
