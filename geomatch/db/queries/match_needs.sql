-- The needs to match on a day: open, not closed, somewhere, in order of their own ids.
-- x, y: EPSG:27700 metres; max_minutes: minutes; windows: Europe/London wall time, those that are over left out.
select need.id, need.ref, need.weight, need.all_or_nothing, need.asked, need.mode, need.max_minutes,
    need.parish_code, ST_X(need.geom) as x, ST_Y(need.geom) as y,
    array(select during from need_window where need_id = need.id and upper(during) > :day order by during) as windows
from need
join wanted(:county) on wanted.need_id = need.id
where need.county_id = :county and need.status = 'open' and not need.aspiration and need.geom is not null
  and (cast(:ref as text) is null or need.ref = :ref)
  and coalesce(wanted.good_until, 'infinity') >= :day
  and (not exists (select from need_window where need_id = need.id)
       or exists (select from need_window where need_id = need.id and upper(during) > :day))
order by need.ref collate "C"
