-- When a need may be met, earliest first.
-- Europe/London wall time.
select lower(during) as starts, upper(during) as ends from need_window where need_id = :need order by during
