-- The audit: lines that are added and never changed, in one chain.
-- Frozen: later changes are later migrations.

create schema audit;
comment on schema audit is 'What was done. Lines are added, chained by their hashes, and never changed.';

CREATE TABLE audit.entry (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    who TEXT NOT NULL,
    account_id BIGINT,
    what TEXT NOT NULL,
    county_id BIGINT,
    about TEXT DEFAULT '' NOT NULL,
    why TEXT DEFAULT '' NOT NULL,
    detail JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT entry_pkey PRIMARY KEY (id),
    CONSTRAINT entry_who_check CHECK (who <> ''),
    CONSTRAINT entry_what_check CHECK (what ~ '^[a-z]+(-[a-z]+)*$')
);
CREATE INDEX entry_at_index ON audit.entry (at);
CREATE INDEX entry_about_index ON audit.entry (about);

CREATE TABLE audit.chain (
    number BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    CONSTRAINT chain_pkey PRIMARY KEY (number),
    CONSTRAINT chain_entry_id_key UNIQUE (entry_id),
    CONSTRAINT chain_number_check CHECK (number >= 1),
    CONSTRAINT chain_sha256_check CHECK (octet_length(sha256) = 32)
);

CREATE TABLE audit.head (
    one BOOLEAN DEFAULT true NOT NULL,
    name UUID DEFAULT gen_random_uuid() NOT NULL,
    base BIGINT DEFAULT 0 NOT NULL,
    base_sha256 BYTEA NOT NULL,
    number BIGINT DEFAULT 0 NOT NULL,
    sha256 BYTEA NOT NULL,
    CONSTRAINT head_pkey PRIMARY KEY (one),
    CONSTRAINT head_one_check CHECK (one),
    CONSTRAINT head_base_check CHECK (base between 0 and number)
);
insert into audit.head (base_sha256, sha256) values (sha256(''), sha256(''));

-- The hash of a line in its place: over the hash before and every field as `length:text`, absent ones as `-`, with
-- commas between; lengths in bytes of UTF-8, the moment in microseconds since 1970.
create function audit.digest(previous bytea, number bigint, entry audit.entry) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
    select sha256(previous || convert_to(string_agg(
        coalesce(octet_length(convert_to(field, 'UTF8')) || ':' || field, '-'), ',' order by place
    ), 'UTF8'))
    from unnest(array[
        number::text, entry.id::text, (extract(epoch from entry.at) * 1000000)::bigint::text, entry.who,
        entry.account_id::text, entry.what, entry.county_id::text, entry.about, entry.why, entry.detail::text
    ]) with ordinality as told (field, place)
$$;

-- At the end of the transaction: only then is the head locked, so nobody waits for it with other locks in hand.
create function audit.chained() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    last audit.head;
    fresh bytea;
begin
    select * into strict last from audit.head for update;
    fresh := audit.digest(last.sha256, last.number + 1, new);
    insert into audit.chain (number, entry_id, sha256) values (last.number + 1, new.id, fresh);
    update audit.head set number = last.number + 1, sha256 = fresh;
    return null;
end $$;
create constraint trigger chained after insert on audit.entry
    deferrable initially deferred for each row execute function audit.chained();

-- Nobody changes a line by mistake, not even the owner; whoever does it on purpose is found by the chain.
create function audit.unchanging() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'lines of the audit are added and never changed' using errcode = 'insufficient_privilege';
end $$;
create trigger unchanging before update or delete or truncate on audit.entry
    for each statement execute function audit.unchanging();
create trigger unchanging before update or delete or truncate on audit.chain
    for each statement execute function audit.unchanging();

-- Lets lines go that are older than a moment, for the owner alone; says so in a line, and counts them.
create function audit.let_go(before timestamptz) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    last bigint;
    gone bigint;
begin
    perform 1 from audit.head for update;
    select max(number) into last from audit.chain where number < (
        select coalesce(min(chain.number), (select number + 1 from audit.head))
        from audit.chain join audit.entry on entry.id = entry_id where at >= before
    );
    if last is null then
        return 0;
    end if;
    update audit.head set base = last, base_sha256 = (select chain.sha256 from audit.chain where chain.number = last);
    alter table audit.entry disable trigger unchanging;
    alter table audit.chain disable trigger unchanging;
    delete from audit.entry where id in (select entry_id from audit.chain where number <= last);
    delete from audit.chain where number <= last;
    get diagnostics gone = row_count;
    alter table audit.entry enable trigger unchanging;
    alter table audit.chain enable trigger unchanging;
    insert into audit.entry (who, what, detail)
    values ('retention', 'retention', jsonb_build_object('lines', gone, 'last', last));
    return gone;
end $$;

revoke all on all functions in schema audit from public;
grant usage on schema audit to geomatch_desk;
grant select on audit.entry, audit.chain, audit.head to geomatch_desk;
grant insert (who, account_id, what, county_id, about, why, detail) on audit.entry to geomatch_desk;
