-- What is offered on a day, people too, with whether somebody vouches for it still, by ref.
-- No geometry. fresh: null where nobody has dated it.
select ref, name, kind, good_until(resource) >= cast(:day as date) as fresh
from resource
where county_id = :county and coalesce(withdrawn_on, 'infinity') > cast(:day as date)
order by ref collate "C"
