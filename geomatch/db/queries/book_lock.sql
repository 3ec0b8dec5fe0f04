-- Resources locked for booking, always in the order of their ids so that nobody waits for each other in a ring.
-- Minutes are whole minutes; null where the kind's usual ones count.
select id, county_id, ref, name, kind, quantity, withdrawn_on, set_up_minutes, turn_round_minutes
from resource where id = any(:resources) order by id for no key update
