-- Journeys: the hierarchy of each road set and mode, and hub labels of needs and resources.
-- Frozen: later changes are later migrations.

CREATE TABLE routing_graph (
    road_set_id BIGINT NOT NULL,
    mode TEXT NOT NULL,
    version INTEGER NOT NULL,
    weights_hash TEXT NOT NULL,
    built_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    hierarchy BYTEA NOT NULL,
    CONSTRAINT routing_graph_pkey PRIMARY KEY (road_set_id, mode),
    CONSTRAINT routing_graph_mode_check CHECK (mode in ('car', 'foot', 'cycle')),
    CONSTRAINT routing_graph_weights_hash_check CHECK (weights_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT routing_graph_road_set_id_fkey FOREIGN KEY(road_set_id) REFERENCES road_set (id) ON DELETE CASCADE
);
-- Numbers do not get smaller, so let nobody try.
alter table routing_graph alter column hierarchy set storage external;

CREATE TABLE hub_place (
    what TEXT NOT NULL,
    id BIGINT NOT NULL,
    mode TEXT NOT NULL,
    road_set_id BIGINT NOT NULL,
    need_id BIGINT,
    resource_id BIGINT,
    edge INTEGER,
    fraction FLOAT,
    forward INTEGER,
    backward INTEGER,
    walk INTEGER,
    CONSTRAINT hub_place_pkey PRIMARY KEY (what, id, mode),
    CONSTRAINT hub_place_mode_check CHECK (mode in ('car', 'foot', 'cycle')),
    CONSTRAINT hub_place_one_record_check CHECK (case what when 'need' then need_id is not null and need_id = id and resource_id is null when 'resource' then resource_id is not null and resource_id = id and need_id is null else false end),
    CONSTRAINT hub_place_on_a_road_check CHECK (num_nulls(edge, fraction, walk) in (0, 3)),
    CONSTRAINT hub_place_road_set_id_fkey FOREIGN KEY(road_set_id) REFERENCES road_set (id) ON DELETE CASCADE,
    CONSTRAINT hub_place_need_id_fkey FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE,
    CONSTRAINT hub_place_resource_id_fkey FOREIGN KEY(resource_id) REFERENCES resource (id) ON DELETE CASCADE
);
CREATE INDEX hub_place_edge_index ON hub_place (road_set_id, mode, edge);
CREATE INDEX hub_place_need_id_index ON hub_place (need_id);
CREATE INDEX hub_place_resource_id_index ON hub_place (resource_id);

CREATE TABLE hub_label_out (
    county_id BIGINT NOT NULL,
    what TEXT NOT NULL,
    id BIGINT NOT NULL,
    mode TEXT NOT NULL,
    hub INTEGER NOT NULL,
    deciseconds INTEGER NOT NULL,
    CONSTRAINT hub_label_out_pkey PRIMARY KEY (what, id, mode, hub)
);
CREATE INDEX hub_label_out_hub_index ON hub_label_out (hub, mode, what, county_id, deciseconds) INCLUDE (id);

CREATE TABLE hub_label_in (
    county_id BIGINT NOT NULL,
    what TEXT NOT NULL,
    id BIGINT NOT NULL,
    mode TEXT NOT NULL,
    hub INTEGER NOT NULL,
    deciseconds INTEGER NOT NULL,
    CONSTRAINT hub_label_in_pkey PRIMARY KEY (what, id, mode, hub)
);
CREATE INDEX hub_label_in_hub_index ON hub_label_in (hub, mode, what, county_id, deciseconds) INCLUDE (id);

-- Minutes to many hubs would give a volunteer's home away, so people have no place here at all.
create function hub_place_is_public() returns trigger language plpgsql as $$
begin
    if exists (select from resource where id = new.resource_id and kind = 'volunteer') then
        raise exception 'resource % is a volunteer; labels of a home would give it away', new.resource_id
            using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger hub_place_is_public before insert or update on hub_place
    for each row when (new.resource_id is not null) execute function hub_place_is_public();

-- Foreign keys of the labels, checked once a statement: there are some forty rows a place.
create function hub_label_of_a_place() returns trigger language plpgsql as $$
begin
    if exists (select from fresh left join hub_place using (what, id, mode) where hub_place.road_set_id is null) then
        raise exception 'hub label of no place' using errcode = 'foreign_key_violation';
    end if;
    return null;
end $$;
create trigger hub_label_out_of_a_place after insert on hub_label_out referencing new table as fresh
    for each statement execute function hub_label_of_a_place();
create trigger hub_label_in_of_a_place after insert on hub_label_in referencing new table as fresh
    for each statement execute function hub_label_of_a_place();

create function hub_place_gone() returns trigger language plpgsql as $$
begin
    delete from hub_label_out using gone
    where (hub_label_out.what, hub_label_out.id, hub_label_out.mode) = (gone.what, gone.id, gone.mode);
    delete from hub_label_in using gone
    where (hub_label_in.what, hub_label_in.id, hub_label_in.mode) = (gone.what, gone.id, gone.mode);
    return null;
end $$;
create trigger hub_place_gone after delete on hub_place referencing old table as gone
    for each statement execute function hub_place_gone();

-- A label is of a point: when the record moves, or becomes a person, the label goes.
create function hub_place_moved() returns trigger language plpgsql as $$
begin
    delete from hub_place where what = tg_table_name and id = new.id;
    return null;
end $$;
create trigger need_moved after update of geom on need
    for each row when (old.geom is distinct from new.geom) execute function hub_place_moved();
create trigger resource_moved after update of geom, kind on resource
    for each row when (old.geom is distinct from new.geom or old.kind is distinct from new.kind)
    execute function hub_place_moved();

grant select on routing_graph, hub_place, hub_label_out, hub_label_in to geomatch_app;
