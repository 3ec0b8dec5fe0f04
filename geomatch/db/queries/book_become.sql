-- Bring bookings from one state to the next.
-- now: a moment with a zone.
update booking set status = :status, reason = :reason, happened = :happened, changed_by = :who, changed_at = :now
where id = any(:bookings)
