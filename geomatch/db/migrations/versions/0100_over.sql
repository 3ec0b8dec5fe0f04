-- A need that nobody waits for any more leaves what everybody sees, and comes back when somebody says that it is still wanted.
-- Frozen: later changes are later migrations.

-- A county's needs with the day on which somebody last said that each is wanted (asked for it, changed it, confirmed it or
-- brought it in), and the last day on which it is: so many days after that, and no longer than until it closes.
create function wanted(of_county bigint) returns table (need_id bigint, stated_on date, good_until date) language sql stable as $$
    select need.id, said.day,
        least(need.closes, said.day + coalesce(cast(county.settings -> 'matching' ->> 'stale_days' as int), 730))
    from need
    join county on county.id = need.county_id
    left join import on import.id = need.import_id
    cross join lateral (select greatest(need.asked, cast(need.edited_at at time zone 'Europe/London' as date),
        cast(import.imported_at at time zone 'Europe/London' as date)) as day) said
    where need.county_id = of_county
$$;

-- The needs that stand on a county's public map today: not withdrawn, and met, or not past that day.
create function shown_needs(of_county bigint) returns setof bigint language sql stable as $$
    select need.id
    from need join wanted(of_county) on wanted.need_id = need.id
    where need.status <> 'withdrawn' and (need.status = 'met' or coalesce(wanted.good_until, 'infinity') >= current_date)
$$;
grant execute on function wanted(bigint), shown_needs(bigint) to geomatch_app, geomatch_desk;

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
