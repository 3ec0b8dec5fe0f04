-- Everybody who offers to help on a day and is vouched for then: ref, by ref.
-- No geometry.
select ref
from resource
where county_id = :county and kind in ('volunteer', 'skill')
  and coalesce(withdrawn_on, 'infinity') > cast(:day as date)
  and coalesce(verified_until, good_until(resource), 'infinity') >= cast(:day as date)
order by ref collate "C"
