-- Bookings: bundles and series, time kept before and after, states that follow from one another, named days, feeds.
-- Frozen: later changes are later migrations.

alter table resource add set_up_minutes INTEGER, add turn_round_minutes INTEGER,
    add CONSTRAINT resource_set_up_minutes_check CHECK (set_up_minutes between 0 and 1440),
    add CONSTRAINT resource_turn_round_minutes_check CHECK (turn_round_minutes between 0 and 1440);

alter table opening add extra_dates DATE[] DEFAULT '{}' NOT NULL, add only_in TEXT[] DEFAULT '{}' NOT NULL,
    add not_in TEXT[] DEFAULT '{}' NOT NULL;

CREATE TABLE season (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    days DATERANGE NOT NULL,
    CONSTRAINT season_pkey PRIMARY KEY (id),
    CONSTRAINT season_name_check CHECK (name ~ '^[a-z0-9]+([-_][a-z0-9]+)*$'),
    CONSTRAINT season_days_check CHECK (not isempty(days) and not lower_inf(days) and not upper_inf(days)),
    CONSTRAINT season_county_id_name_days_key UNIQUE (county_id, name, days),
    CONSTRAINT season_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);

CREATE TABLE series (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    need_id BIGINT,
    first TSRANGE NOT NULL,
    rrule TEXT NOT NULL,
    except_dates DATE[] DEFAULT '{}' NOT NULL,
    made_by TEXT DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT series_pkey PRIMARY KEY (id),
    CONSTRAINT series_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE SET NULL
);

CREATE TABLE bundle (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    need_id BIGINT,
    series_id BIGINT,
    made_by TEXT DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT bundle_pkey PRIMARY KEY (id),
    CONSTRAINT bundle_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE SET NULL,
    CONSTRAINT bundle_series_id_fkey FOREIGN KEY(series_id) REFERENCES series (id) ON DELETE SET NULL
);
CREATE INDEX bundle_need_id_index ON bundle (need_id);
CREATE INDEX bundle_series_id_index ON bundle (series_id);

alter table booking
    add uid UUID DEFAULT gen_random_uuid() NOT NULL,
    add bundle_id BIGINT,
    add role TEXT DEFAULT '' NOT NULL,
    add held TSRANGE,
    add held_until TIMESTAMP WITH TIME ZONE,
    add happened BOOLEAN,
    add despite TEXT DEFAULT '' NOT NULL,
    add replaces_id BIGINT,
    add sequence INTEGER DEFAULT '0' NOT NULL,
    add made_by TEXT DEFAULT '' NOT NULL,
    add changed_by TEXT DEFAULT '' NOT NULL,
    add changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL;
update booking set held = during, changed_at = made_at,
    held_until = case when status = 'proposed' then now() + interval '2 days' end,
    happened = case when status = 'done' then true end,
    reason = case when reason = '' and status in ('declined', 'released', 'cancelled') then 'not said' else reason end;

alter table booking_unit drop CONSTRAINT booking_unit_booking_fkey;
alter table booking_unit rename during to held;
alter table booking drop CONSTRAINT booking_held_key;
alter table booking
    alter held set NOT NULL,
    add CONSTRAINT booking_held_key UNIQUE (id, resource_id, held, holds),
    add CONSTRAINT booking_uid_key UNIQUE (uid),
    add CONSTRAINT booking_held_check CHECK (held @> during),
    add CONSTRAINT booking_held_until_check CHECK (status <> 'proposed' or held_until is not null),
    add CONSTRAINT booking_reason_check CHECK (status not in ('declined', 'released', 'cancelled') or reason <> ''),
    add CONSTRAINT booking_happened_check CHECK ((status = 'done') = (happened is not null)),
    add CONSTRAINT booking_bundle_id_fkey FOREIGN KEY(bundle_id) REFERENCES bundle (id) ON DELETE SET NULL,
    add CONSTRAINT booking_replaces_id_fkey FOREIGN KEY(replaces_id) REFERENCES booking (id) ON DELETE SET NULL;
alter table booking_unit add CONSTRAINT booking_unit_booking_fkey
    FOREIGN KEY(booking_id, resource_id, held, holds) REFERENCES booking (id, resource_id, held, holds)
    ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX booking_resource_id_index ON booking (resource_id);
CREATE INDEX booking_need_id_index ON booking (need_id);
CREATE INDEX booking_bundle_id_index ON booking (bundle_id);
CREATE INDEX booking_made_by_index ON booking (made_by);
CREATE INDEX booking_held_index ON booking USING gist (resource_id, held) WHERE holds;
CREATE INDEX booking_held_until_index ON booking (held_until) WHERE status = 'proposed';

CREATE TABLE booking_change (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    booking_id BIGINT NOT NULL,
    was TEXT,
    became TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT booking_change_pkey PRIMARY KEY (id),
    CONSTRAINT booking_change_booking_id_fkey FOREIGN KEY(booking_id) REFERENCES booking (id) ON DELETE CASCADE
);
CREATE INDEX booking_change_booking_id_index ON booking_change (booking_id);

CREATE TABLE calendar_version (
    county_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT calendar_version_pkey PRIMARY KEY (county_id),
    CONSTRAINT calendar_version_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);

CREATE TABLE feed_token (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    digest TEXT NOT NULL,
    broker TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT feed_token_pkey PRIMARY KEY (id),
    CONSTRAINT feed_token_digest_check CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT feed_token_broker_check CHECK (broker <> ''),
    CONSTRAINT feed_token_digest_key UNIQUE (digest),
    CONSTRAINT feed_token_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);

create function booking_begins() returns trigger language plpgsql as $$
begin
    if new.status not in ('proposed', 'confirmed') then
        raise exception 'a booking begins as proposed or confirmed, not as %', new.status using errcode = 'check_violation';
    end if;
    new.held := coalesce(new.held, new.during);
    return new;
end $$;
create trigger booking_begins before insert on booking for each row execute function booking_begins();

create function booking_goes_on() returns trigger language plpgsql as $$
begin
    if (new.during, new.held, new.quantity, new.uid) is distinct from (old.during, old.held, old.quantity, old.uid) then
        raise exception 'booking %: time and quantity stay as they were booked', old.id using errcode = 'check_violation';
    end if;
    if new.status <> old.status then
        if (old.status, new.status) not in (
            ('proposed', 'confirmed'), ('proposed', 'declined'), ('proposed', 'released'), ('proposed', 'cancelled'),
            ('confirmed', 'done'), ('confirmed', 'released'), ('confirmed', 'cancelled')
        ) then
            raise exception 'booking % is % and cannot become %', old.id, old.status, new.status
                using errcode = 'check_violation';
        end if;
        new.sequence := old.sequence + 1;
    end if;
    return new;
end $$;
create trigger booking_goes_on before update on booking for each row execute function booking_goes_on();

-- Written with the owner's rights, so that nobody else can write what was done.
create function booking_told() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into booking_change (booking_id, became, reason, changed_by, changed_at)
        values (new.id, new.status, new.despite, new.made_by, new.made_at);
    elsif new.status <> old.status then
        insert into booking_change (booking_id, was, became, reason, changed_by, changed_at)
        values (new.id, old.status, new.status, new.reason, new.changed_by, new.changed_at);
    end if;
    return null;
end $$;
create trigger booking_told after insert or update on booking for each row execute function booking_told();

-- At the end of a transaction, so that nobody waits for it longer than a commit takes.
create function booking_has_its_units() returns trigger language plpgsql as $$
declare
    units integer;
    wanted integer;
begin
    select quantity into wanted from booking where id = new.id and holds;
    select count(*) into units from booking_unit where booking_id = new.id;
    if wanted is not null and units <> wanted then
        raise exception 'booking % of % holds % units', new.id, wanted, units using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger booking_has_its_units after insert or update on booking
    deferrable initially deferred for each row execute function booking_has_its_units();

create function calendar_moved() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into calendar_version (county_id, version)
    select county_id, 1 from resource where id = coalesce(new.resource_id, old.resource_id)
    on conflict (county_id) do update set version = calendar_version.version + 1;
    return null;
end $$;
create constraint trigger calendar_moved after insert or update or delete on booking
    deferrable initially deferred for each row execute function calendar_moved();

-- Times are public; who booked, and why something came to nothing, is not.
revoke select on booking, booking_change from geomatch_app;
grant select (id, uid, resource_id, need_id, bundle_id, role, during, held, quantity, status, holds, held_until,
    happened, sequence, made_by, made_at, changed_at) on booking to geomatch_app;
grant select on season, series, bundle, calendar_version, feed_token to geomatch_app;
grant select on booking, booking_change to geomatch_desk;
grant insert, update, delete on season, series, bundle, feed_token to geomatch_desk;
