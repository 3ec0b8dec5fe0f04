-- Roads as one checked blob, and journeys from any label in plain SQL.
-- Frozen: later changes are later migrations.

-- Hierarchies are of another make now, and labels are of one hierarchy: both are made anew at the next load.
delete from hub_place;
delete from routing_graph;

CREATE TABLE road_graph (
    road_set_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    built_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    graph BYTEA NOT NULL,
    CONSTRAINT road_graph_pkey PRIMARY KEY (road_set_id),
    CONSTRAINT road_graph_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT road_graph_road_set_id_fkey FOREIGN KEY(road_set_id) REFERENCES road_set (id) ON DELETE CASCADE
);
alter table road_graph alter column graph set storage external;
grant select on road_graph to geomatch_app;

-- The blob is of these very rows: where one is changed, it goes.
create function road_graph_outdated() returns trigger language plpgsql as $$
begin
    delete from road_graph where road_set_id in (select road_set_id from changed);
    return null;
end $$;
create trigger road_node_changed after update on road_node referencing new table as changed
    for each statement execute function road_graph_outdated();
create trigger road_edge_changed after update on road_edge referencing new table as changed
    for each statement execute function road_graph_outdated();

-- As before, but each place of many rows is looked up once.
create or replace function hub_label_of_a_place() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct what, id, mode from fresh) as labelled
        left join hub_place using (what, id, mode)
        where hub_place.road_set_id is null
    ) then
        raise exception 'hub label of no place' using errcode = 'foreign_key_violation';
    end if;
    return null;
end $$;

-- A place on the roads as its label has it: hubs with whole deciseconds from it (or towards it), and where on
-- its piece of road it lies. It need not be stored anywhere: a search makes one of the point it is asked about.
create type hub_label as (
    county_id bigint,
    road_set_id bigint,
    mode text,
    hubs integer[],
    deciseconds integer[],
    edge integer,
    fraction float8,
    forward integer,
    backward integer,
    walk integer
);

-- Labels of roads replaced meanwhile mean nothing: better to say so than to answer with a mixture, or nothing.
create function roads_in_use(asked bigint) returns boolean stable language plpgsql as $$
begin
    if not exists (select from road_set where id = asked and current) then
        raise exception 'road set % has been replaced; ask again on the current roads', asked
            using errcode = 'serialization_failure';
    end if;
    return true;
end $$;

-- Records of a kind ('need' or 'resource') that one reaches from a place within so many whole deciseconds, exactly
-- that many included, each once with its least time, walks included.
create function journeys_from(here hub_label, what text, most integer) returns table (id bigint, deciseconds integer)
    stable rows 300 language sql as $$
select ways.id, min(ways.deciseconds)
from (
    select far.id, near.deciseconds + far.deciseconds as deciseconds
    from unnest((here).hubs, (here).deciseconds) as near (hub, deciseconds)
    join hub_label_in as far on far.hub = near.hub and far.mode = (here).mode
        and far.what = journeys_from.what and far.county_id = (here).county_id
        and far.deciseconds <= most - near.deciseconds
    union all
    -- Without leaving the piece of road; least() passes over the direction that is not allowed.
    select far.id, far.walk + (here).walk + least(
        case when far.fraction >= (here).fraction then far.forward - (here).forward end,
        case when far.fraction <= (here).fraction then (here).backward - far.backward end)
    from hub_place as far
    where far.road_set_id = (here).road_set_id and far.mode = (here).mode and far.edge = (here).edge
        and far.what = journeys_from.what
) as ways
where ways.deciseconds <= most and roads_in_use((here).road_set_id)
group by ways.id
$$;

-- The same of records from which one reaches the place: whoever travels is there. The label is one towards the place.
create function journeys_towards(here hub_label, what text, most integer) returns table (id bigint, deciseconds integer)
    stable rows 300 language sql as $$
select ways.id, min(ways.deciseconds)
from (
    select far.id, near.deciseconds + far.deciseconds as deciseconds
    from unnest((here).hubs, (here).deciseconds) as near (hub, deciseconds)
    join hub_label_out as far on far.hub = near.hub and far.mode = (here).mode
        and far.what = journeys_towards.what and far.county_id = (here).county_id
        and far.deciseconds <= most - near.deciseconds
    union all
    select far.id, far.walk + (here).walk + least(
        case when (here).fraction >= far.fraction then (here).forward - far.forward end,
        case when (here).fraction <= far.fraction then far.backward - (here).backward end)
    from hub_place as far
    where far.road_set_id = (here).road_set_id and far.mode = (here).mode and far.edge = (here).edge
        and far.what = journeys_towards.what
) as ways
where ways.deciseconds <= most and roads_in_use((here).road_set_id)
group by ways.id
$$;

-- So many nearest records of a kind that one reaches from a place, however far: no hub needs to be asked for more
-- than so many of its own nearest. Ordered by time, then by id.
create function nearest_from(here hub_label, what text, count integer) returns table (id bigint, deciseconds integer)
    stable rows 10 language sql as $$
select ways.id, min(ways.deciseconds) as deciseconds
from (
    select far.id, near.deciseconds + far.deciseconds as deciseconds
    from unnest((here).hubs, (here).deciseconds) as near (hub, deciseconds)
    cross join lateral (
        select candidate.id, candidate.deciseconds
        from hub_label_in as candidate
        where candidate.hub = near.hub and candidate.mode = (here).mode
            and candidate.what = nearest_from.what and candidate.county_id = (here).county_id
        order by candidate.deciseconds, candidate.id
        limit count
    ) as far
    union all
    select far.id, far.walk + (here).walk + least(
        case when far.fraction >= (here).fraction then far.forward - (here).forward end,
        case when far.fraction <= (here).fraction then (here).backward - far.backward end)
    from hub_place as far
    where far.road_set_id = (here).road_set_id and far.mode = (here).mode and far.edge = (here).edge
        and far.what = nearest_from.what
) as ways
where ways.deciseconds is not null and roads_in_use((here).road_set_id)
group by ways.id
order by min(ways.deciseconds), ways.id
limit count
$$;

-- The same of records from which one reaches the place.
create function nearest_towards(here hub_label, what text, count integer) returns table (id bigint, deciseconds integer)
    stable rows 10 language sql as $$
select ways.id, min(ways.deciseconds) as deciseconds
from (
    select far.id, near.deciseconds + far.deciseconds as deciseconds
    from unnest((here).hubs, (here).deciseconds) as near (hub, deciseconds)
    cross join lateral (
        select candidate.id, candidate.deciseconds
        from hub_label_out as candidate
        where candidate.hub = near.hub and candidate.mode = (here).mode
            and candidate.what = nearest_towards.what and candidate.county_id = (here).county_id
        order by candidate.deciseconds, candidate.id
        limit count
    ) as far
    union all
    select far.id, far.walk + (here).walk + least(
        case when (here).fraction >= far.fraction then (here).forward - far.forward end,
        case when (here).fraction <= far.fraction then far.backward - (here).backward end)
    from hub_place as far
    where far.road_set_id = (here).road_set_id and far.mode = (here).mode and far.edge = (here).edge
        and far.what = nearest_towards.what
) as ways
where ways.deciseconds is not null and roads_in_use((here).road_set_id)
group by ways.id
order by min(ways.deciseconds), ways.id
limit count
$$;

-- The label of a stored need or resource, from it or (towards) to it; no row where it has none or was refused.
create function hub_label_of(asked_what text, asked_id bigint, asked_mode text, towards boolean) returns setof hub_label
    stable rows 1 language sql as $$
select road_set.county_id, place.road_set_id, place.mode, near.hubs, near.deciseconds,
    place.edge, place.fraction, place.forward, place.backward, place.walk
from hub_place as place
join road_set on road_set.id = place.road_set_id
cross join lateral (
    select array_agg(hub order by hub) as hubs, array_agg(deciseconds order by hub) as deciseconds
    from (
        select hub, deciseconds from hub_label_out
        where not towards and (what, id, mode) = (asked_what, asked_id, asked_mode)
        union all
        select hub, deciseconds from hub_label_in
        where towards and (what, id, mode) = (asked_what, asked_id, asked_mode)
    ) as label
) as near
where (place.what, place.id, place.mode) = (asked_what, asked_id, asked_mode) and place.edge is not null
$$;
