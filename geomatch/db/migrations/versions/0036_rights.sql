-- Complaints about what is kept of people, and whom we asked whether a record still is true.
-- Frozen: later changes are later migrations.

CREATE TABLE people.complaint (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    words TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT complaint_pkey PRIMARY KEY (id),
    CONSTRAINT complaint_email_check CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    CONSTRAINT complaint_words_check CHECK (words <> ''),
    CONSTRAINT complaint_answered_check CHECK ((answered_at is null) = (answer = '')),
    CONSTRAINT complaint_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);
CREATE INDEX complaint_open_index ON people.complaint (county_id, made_at) WHERE answered_at is null;

-- Until when a resource was good when its owner was asked whether it still is true: once for each such day.
CREATE TABLE people.asked_still (
    resource_id BIGINT NOT NULL,
    good_until DATE NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT asked_still_pkey PRIMARY KEY (resource_id),
    CONSTRAINT asked_still_resource_id_fkey FOREIGN KEY(resource_id) REFERENCES resource (id) ON DELETE CASCADE
);

-- A volunteer's own id may be made of their name, and the audit is for ever: the row's number stands for it.
create or replace function home_read(person bigint, asked bigint, reader text, account bigint, reason text)
    returns table (postcode text, easting float, northing float, exact boolean)
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (
        select from booking
        where booking.bundle_id = asked and booking.resource_id = person and booking.status in ('confirmed', 'done')
    ) then
        raise exception 'bundle %: not both sides have said yes to resource %', asked, person
            using errcode = 'insufficient_privilege';
    end if;
    insert into audit.entry (who, account_id, what, about, why, detail)
    values (reader, account, 'home-read', 'resource-row/' || person, reason, jsonb_build_object('bundle', asked));
    return query select home.postcode, ST_X(home.geom), ST_Y(home.geom), home.exact
        from homes.home where home.resource_id = person;
end $$;

-- The last day on which a resource is good: as stated, else so many days after it was written, by kind where the county says.
create function good_until(it resource) returns date language sql stable set search_path = public, pg_temp as $$
    select coalesce(it.verified_until, cast(coalesce(it.edited_at,
            (select imported_at from import where id = it.import_id)) at time zone 'Europe/London' as date)
        + coalesce(cast(settings -> 'matching' ->> ('stale_days_' || it.kind) as int),
            cast(settings -> 'matching' ->> 'stale_days' as int), 730))
    from county where id = it.county_id
$$;
grant execute on function good_until(resource) to geomatch_app;
