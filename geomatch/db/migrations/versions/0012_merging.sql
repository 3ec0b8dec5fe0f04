-- Merging: refs of records that turned out to be the same as others, and what it takes to part them again.
-- Frozen: later changes are later migrations.

CREATE TABLE merged (
    county_id BIGINT NOT NULL,
    what TEXT NOT NULL,
    ref TEXT NOT NULL,
    organisation_id BIGINT,
    resource_id BIGINT,
    CONSTRAINT merged_pkey PRIMARY KEY (county_id, what, ref),
    CONSTRAINT merged_what_check CHECK (what in ('organisation', 'resource')),
    CONSTRAINT merged_survivor_check CHECK (case what when 'resource' then resource_id is not null and organisation_id is null
        else organisation_id is not null and resource_id is null end),
    CONSTRAINT merged_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE,
    CONSTRAINT merged_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE,
    CONSTRAINT merged_resource_id_fkey FOREIGN KEY(resource_id) REFERENCES resource (id) ON DELETE CASCADE
);
CREATE INDEX merged_organisation_id_index ON merged (organisation_id);
CREATE INDEX merged_resource_id_index ON merged (resource_id);

CREATE TABLE people.merge (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    what TEXT NOT NULL,
    kept JSONB NOT NULL,
    gone JSONB NOT NULL,
    became JSONB DEFAULT '{}' NOT NULL,
    moved JSONB DEFAULT '{}' NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT merge_pkey PRIMARY KEY (id),
    CONSTRAINT merge_what_check CHECK (what in ('organisation', 'resource')),
    CONSTRAINT merge_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);

CREATE TABLE homes.parked (
    merge_id BIGINT NOT NULL,
    geom geometry(POINT,27700),
    postcode TEXT,
    CONSTRAINT parked_pkey PRIMARY KEY (merge_id),
    CONSTRAINT parked_somewhere_check CHECK (num_nonnulls(geom, postcode) > 0),
    CONSTRAINT parked_merge_id_fkey FOREIGN KEY(merge_id) REFERENCES people.merge (id) ON DELETE CASCADE
);
CREATE INDEX idx_parked_geom ON homes.parked USING gist (geom);

-- Whoever takes a record in must know what went; a file that brings it again does not bring it back.
create function stays_merged() returns trigger language plpgsql as $$
begin
    if exists (select from merged where county_id = new.county_id and what = tg_table_name and ref = new.ref) then
        raise exception '% % was merged into another', tg_table_name, new.ref using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger organisation_stays_merged before insert on organisation for each row execute function stays_merged();
create trigger resource_stays_merged before insert on resource for each row execute function stays_merged();

-- What pages remember of a county is forgotten when two of its records become one, or two again.
create function merged_moved() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into calendar_version (county_id, version) select coalesce(new.county_id, old.county_id), 1
    where exists (select from county where id = coalesce(new.county_id, old.county_id))
    on conflict (county_id) do update set version = calendar_version.version + 1;
    return null;
end $$;
create trigger merged_moved after insert or update or delete on merged for each row execute function merged_moved();

-- Homes are put aside and taken back by whoever may read none. What can no longer be undone is forgotten on the way.
create function park_home(merge bigint, resource bigint) returns void language sql security definer
set search_path = public, pg_temp as $$
    delete from homes.parked using people.merge old where old.id = parked.merge_id and old.made_at < now() - interval '2 days';
    with gone as (delete from homes.home where home.resource_id = park_home.resource returning home.geom, home.postcode)
    insert into homes.parked (merge_id, geom, postcode) select park_home.merge, gone.geom, gone.postcode from gone
$$;
create function unpark_home(merge bigint, resource bigint) returns void language sql security definer
set search_path = public, pg_temp as $$
    with back as (delete from homes.parked where parked.merge_id = unpark_home.merge returning parked.geom, parked.postcode)
    insert into homes.home (resource_id, geom, postcode) select unpark_home.resource, back.geom, back.postcode from back
$$;
revoke all on function park_home(bigint, bigint), unpark_home(bigint, bigint) from public;
grant execute on function park_home(bigint, bigint), unpark_home(bigint, bigint) to geomatch_desk;

grant select on merged to geomatch_app;
grant insert, update, delete on merged to geomatch_desk;
grant select, insert, update, delete on people.merge to geomatch_desk;
