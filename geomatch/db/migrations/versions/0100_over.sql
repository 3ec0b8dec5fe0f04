-- A need that nobody waits for any more leaves what everybody sees, and comes back with a later date.
-- Frozen: later changes are later migrations.

-- Whether a need stands on the public map today: not withdrawn, and met, or not past the day on which it closes.
create function is_wanted(it need) returns boolean language sql stable set search_path = public, pg_temp as $$
    select it.status <> 'withdrawn' and (it.status = 'met' or coalesce(it.closes, 'infinity') >= current_date)
$$;
grant execute on function is_wanted(need) to geomatch_app, geomatch_desk;

-- Pages are made anew when that changes.
drop trigger need_shown on need;
create trigger need_shown after update of status, aspiration, closes on need
    for each row when (old.status <> new.status or old.aspiration <> new.aspiration
        or old.closes is distinct from new.closes) execute function need_shown();
