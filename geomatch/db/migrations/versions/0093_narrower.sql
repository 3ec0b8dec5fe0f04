-- The pages' roles may less. How a group is reached is shown to nobody in public, so the pages' role does not read it; and the
-- desk hands a home on as a merge's, between its two records, and in no other way. Frozen: later changes are later migrations.

revoke select on organisation from geomatch_app;
grant select (id, county_id, import_id, ref, name, description, sector, themes, small, url, geom, postcode, outside, parish_code,
    division_code, edited_at, withdrawn_on) on organisation to geomatch_app;
grant select on organisation to geomatch_desk;

drop policy handed_on on homes.home;
revoke update (resource_id) on homes.home from geomatch_desk;
create function hand_home_on(merge bigint, source bigint, target bigint) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if not exists (
        select from people.merge one
        where one.id = hand_home_on.merge and one.what = 'resource' and one.undone_at is null
            and array[source, target] <@ array[cast(kept #>> '{record,id}' as bigint), cast(gone #>> '{record,id}' as bigint)]
    ) then
        raise exception 'merge %: resources % and % are not its two', merge, source, target
            using errcode = 'insufficient_privilege';
    end if;
    update homes.home set resource_id = target where resource_id = source;
end $$;
revoke all on function hand_home_on(bigint, bigint, bigint) from public;
grant execute on function hand_home_on(bigint, bigint, bigint) to geomatch_desk;
