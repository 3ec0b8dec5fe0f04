-- Give back what proposals hold that have run out, of some resources.
-- held_until and now: moments with a zone.
update booking set status = 'released', reason = 'the proposal ran out', changed_by = 'geomatch', changed_at = :now
where resource_id = any(:resources) and status = 'proposed' and held_until <= :now
