-- Some of a county's resources with what their calendars need.
-- Minutes are whole minutes; null where the kind's usual ones count.
select id, ref, kind, quantity, set_up_minutes, turn_round_minutes
from resource where id = any(:resources)
