-- What areas reach, each quarter as it was, and what members set out to do.
-- Frozen: later changes are later migrations.

CREATE TABLE reach (
    county_id BIGINT NOT NULL,
    what TEXT NOT NULL,
    code TEXT NOT NULL,
    as_of DATE NOT NULL,
    residents INTEGER,
    minutes JSONB NOT NULL,
    step_free JSONB NOT NULL,
    CONSTRAINT reach_pkey PRIMARY KEY (county_id, what, code),
    CONSTRAINT reach_what_check CHECK (what in ('people', 'need')),
    CONSTRAINT reach_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);

CREATE TABLE snapshot (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    quarter TEXT NOT NULL,
    as_of DATE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    illustrative BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT snapshot_pkey PRIMARY KEY (id),
    CONSTRAINT snapshot_quarter_check CHECK (quarter = extract(year from as_of) || '-q' || extract(quarter from as_of)),
    CONSTRAINT snapshot_county_id_quarter_key UNIQUE (county_id, quarter),
    CONSTRAINT snapshot_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);

CREATE TABLE snapshot_area (
    snapshot_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    document JSONB NOT NULL,
    CONSTRAINT snapshot_area_pkey PRIMARY KEY (snapshot_id, code),
    CONSTRAINT snapshot_area_snapshot_id_fkey FOREIGN KEY(snapshot_id) REFERENCES snapshot (id) ON DELETE CASCADE
);

CREATE TABLE snapshot_shape (
    snapshot_id BIGINT NOT NULL,
    area_code TEXT NOT NULL,
    parish_code TEXT NOT NULL,
    geom geometry(MULTIPOLYGON,27700) NOT NULL,
    CONSTRAINT snapshot_shape_pkey PRIMARY KEY (snapshot_id, area_code, parish_code),
    CONSTRAINT snapshot_shape_snapshot_id_fkey FOREIGN KEY(snapshot_id) REFERENCES snapshot (id) ON DELETE CASCADE
);
CREATE INDEX idx_snapshot_shape_geom ON snapshot_shape USING gist (geom);

CREATE TABLE people.target (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    area_code TEXT NOT NULL,
    indicator TEXT NOT NULL,
    baseline FLOAT NOT NULL,
    target FLOAT NOT NULL,
    due DATE NOT NULL,
    owner TEXT NOT NULL,
    illustrative BOOLEAN DEFAULT false NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    made_by TEXT NOT NULL,
    CONSTRAINT target_pkey PRIMARY KEY (id),
    CONSTRAINT target_told_check CHECK (indicator <> '' and owner <> ''),
    CONSTRAINT target_numbers_check CHECK (baseline >= 0 and target >= 0 and baseline <> target),
    CONSTRAINT target_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);
CREATE INDEX target_area_index ON people.target (county_id, area_code);

CREATE TABLE people.story (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    county_id BIGINT NOT NULL,
    area_code TEXT NOT NULL,
    happened DATE NOT NULL,
    words TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    made_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT story_pkey PRIMARY KEY (id),
    CONSTRAINT story_words_check CHECK (words <> ''),
    CONSTRAINT story_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);
CREATE INDEX story_area_index ON people.story (county_id, area_code, happened);

-- What members are told is more than what the public is: only the desk's role and the owner read it.
revoke all on snapshot, snapshot_area, snapshot_shape from geomatch_app;
grant select on snapshot, snapshot_area, snapshot_shape to geomatch_desk;
-- Targets and stories are written into the running quarter when they change.
grant update (document) on snapshot_area to geomatch_desk;

-- The quarter that a day lies in, as snapshots are called.
create function quarter_is_over(quarter text) returns boolean language sql stable as $$
    select (make_date(cast(left(quarter, 4) as integer), 3 * cast(right(quarter, 1) as integer) - 2, 1) + interval '3 months')
        <= (now() at time zone 'Europe/London')
$$;

-- A quarter that is over stays as it was kept; it goes only with its whole county.
create function snapshot_stays() returns trigger language plpgsql as $$
begin
    if quarter_is_over(old.quarter) and exists (select from county where id = old.county_id) then
        raise exception 'the snapshot of % is kept as it was: the quarter is over', old.quarter;
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger snapshot_stays before update or delete on snapshot
    for each row execute function snapshot_stays();

-- The same for its parts, which come with it in one transaction.
create function snapshot_part_stays() returns trigger language plpgsql as $$
declare
    mine snapshot;
begin
    select * into mine from snapshot where id = case when tg_op = 'INSERT' then new.snapshot_id else old.snapshot_id end;
    if mine.id is not null and quarter_is_over(mine.quarter) and (tg_op <> 'INSERT' or mine.made_at <> now()) then
        raise exception 'the snapshot of % is kept as it was: the quarter is over', mine.quarter;
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger snapshot_part_stays before insert or update or delete on snapshot_area
    for each row execute function snapshot_part_stays();
create trigger snapshot_part_stays before insert or update or delete on snapshot_shape
    for each row execute function snapshot_part_stays();
