-- A home in public is masked by a donut, which the program draws; squares and the function that drew them go.
-- Frozen: later changes are later migrations.

drop function place_homes(bigint);

-- Whether its owner wants the very place kept; otherwise it is the middle of the postcode.
alter table homes.home add exact BOOLEAN DEFAULT false NOT NULL;
alter table homes.parked add exact BOOLEAN DEFAULT false NOT NULL;
create or replace function park_home(merge bigint, resource bigint) returns void language sql security definer
set search_path = public, pg_temp as $$
    delete from homes.parked using people.merge old where old.id = parked.merge_id and old.made_at < now() - interval '2 days';
    with gone as (
        delete from homes.home where home.resource_id = park_home.resource returning home.geom, home.postcode, home.exact
    )
    insert into homes.parked (merge_id, geom, postcode, exact)
    select park_home.merge, gone.geom, gone.postcode, gone.exact from gone
$$;
create or replace function unpark_home(merge bigint, resource bigint) returns void language sql security definer
set search_path = public, pg_temp as $$
    with back as (
        delete from homes.parked where parked.merge_id = unpark_home.merge
        returning parked.geom, parked.postcode, parked.exact
    )
    insert into homes.home (resource_id, geom, postcode, exact)
    select unpark_home.resource, back.geom, back.postcode, back.exact from back
$$;

alter table resource drop constraint resource_no_home_in_public_check;
update resource set geom = null, parish_code = null, division_code = null, outside = false, precision_metres = 0
where kind = 'volunteer' and exists (select from homes.home where home.resource_id = resource.id);
alter table resource add CONSTRAINT resource_no_home_in_public_check
    CHECK (kind <> 'volunteer' or (postcode is null and (geom is null or precision_metres >= 500)));

-- Whatever draws the public place: it is never where the home is. With the owner's rights, for roles that read no home.
create function no_home_in_public() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    person bigint := case tg_table_schema when 'homes' then (to_jsonb(new) ->> 'resource_id')::bigint else (to_jsonb(new) ->> 'id')::bigint end;
begin
    if exists (select from resource join homes.home on home.resource_id = resource.id
            where resource.id = person and resource.kind = 'volunteer' and ST_DWithin(resource.geom, home.geom, 25)) then
        raise exception 'resource %: a public place at the home itself; expected a mask', person using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger no_home_in_public after insert or update on resource deferrable initially deferred
    for each row when (new.kind = 'volunteer' and new.geom is not null) execute function no_home_in_public();
create constraint trigger no_home_in_public after insert or update on homes.home deferrable initially deferred
    for each row execute function no_home_in_public();

-- What a volunteer's match says of minutes is what anybody may hear: by fives, and from the next matching on from the mask.
update match set minutes = 5 * floor(minutes / 5 + 0.5)
from resource where resource.id = match.resource_id and resource.kind = 'volunteer';

-- What a broker reads of a home once both sides have said yes, and the line of the audit that goes with it.
create function home_read(person bigint, asked bigint, reader text, account bigint, reason text)
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
    select reader, account, 'home-read', 'resource/' || resource.ref, reason, jsonb_build_object('bundle', asked)
    from resource where resource.id = person;
    return query select home.postcode, ST_X(home.geom), ST_Y(home.geom), home.exact
        from homes.home where home.resource_id = person;
end $$;
revoke all on function home_read(bigint, bigint, text, bigint, text) from public;
grant execute on function home_read(bigint, bigint, text, bigint, text) to geomatch_desk;
