-- A need that nobody waits for any more leaves what everybody sees, and comes back when somebody says that it is still wanted.
-- Frozen: later changes are later migrations.

-- The day on which somebody last said that a need is wanted: asked for it, changed it, confirmed it or brought it in.
create function stated_on(it need) returns date language sql stable set search_path = public, pg_temp as $$
    select greatest(it.asked, cast(it.edited_at at time zone 'Europe/London' as date),
        (select cast(imported_at at time zone 'Europe/London' as date) from import where id = it.import_id))
$$;

-- The last day on which a need is wanted: so many days after somebody last said so, and no longer than until it closes.
create function good_until(it need) returns date language sql stable set search_path = public, pg_temp as $$
    select least(it.closes, stated_on(it) + coalesce(cast(settings -> 'matching' ->> 'stale_days' as int), 730))
    from county where id = it.county_id
$$;

-- Whether a need stands on the public map today: not withdrawn, and met, or not past that day.
create function is_wanted(it need) returns boolean language sql stable set search_path = public, pg_temp as $$
    select it.status <> 'withdrawn' and (it.status = 'met' or coalesce(good_until(it), 'infinity') >= current_date)
$$;
grant execute on function stated_on(need), good_until(need), is_wanted(need) to geomatch_app, geomatch_desk;

-- Pages are made anew when that changes.
drop trigger need_shown on need;
create trigger need_shown after update of status, aspiration, closes, edited_at on need
    for each row when (old.status <> new.status or old.aspiration <> new.aspiration
        or old.closes is distinct from new.closes or old.edited_at is distinct from new.edited_at)
    execute function need_shown();

-- Until when a need was wanted when whoever asked for it was asked whether it still is: once for each such day.
CREATE TABLE people.asked_wanted (
    need_id BIGINT NOT NULL,
    good_until DATE NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT asked_wanted_pkey PRIMARY KEY (need_id),
    CONSTRAINT asked_wanted_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE
);
