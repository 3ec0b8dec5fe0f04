-- Intake at the desk: when a record was written by hand, and what the desk may write.
-- Frozen: later changes are later migrations.

alter table organisation add edited_at TIMESTAMP WITH TIME ZONE;
alter table resource add edited_at TIMESTAMP WITH TIME ZONE;
alter table need add edited_at TIMESTAMP WITH TIME ZONE;

-- Where the application logs in by a name of its own, the desk does too.
do $$
begin
    if exists (select from pg_roles where rolname = 'geomatch_app' and rolcanlogin)
        and not exists (select from pg_roles where rolname = 'geomatch_desk' and rolcanlogin) then
        alter role geomatch_desk login;
    end if;
end $$;

-- A lock on the roads in use asks for the right to change them: here to change what nobody can, a generated number.
grant update (id) on road_set to geomatch_desk;

-- The desk writes down whence a record came, and the checks that a broker has seen.
grant insert, update on import to geomatch_desk;
grant select, insert, update, delete on dbs_check to geomatch_desk;

-- It may write a home down and give it up with its owner's record, and can read none.
grant usage on schema homes to geomatch_desk;
grant insert, delete, select (resource_id), update (resource_id) on homes.home to geomatch_desk;

-- Finds the homes known by postcode only, and gives their owners the middle of the kilometre square in public. With the
-- owner's rights, for whoever may write a home but not read one; EPSG:27700 metres.
create function place_homes(county bigint) returns void language sql security definer set search_path = public, pg_temp as $$
    with found as (
        update homes.home
        set geom = postcode.geom
        from resource, postcode
        where home.geom is null and resource.id = home.resource_id and resource.county_id = county
          and postcode.county_id = county and postcode.postcode = home.postcode
        returning home.resource_id, home.geom
    )
    update resource
    set geom = ST_SetSRID(
        ST_MakePoint(floor(ST_X(found.geom) / 1000) * 1000 + 500, floor(ST_Y(found.geom) / 1000) * 1000 + 500), 27700
    )
    from found
    where found.resource_id = resource.id
$$;
revoke all on function place_homes(bigint) from public;
grant execute on function place_homes(bigint) to geomatch_desk;
