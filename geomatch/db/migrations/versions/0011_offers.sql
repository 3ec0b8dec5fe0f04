-- A number for each county that moves with every change of what is offered: what a search keeps in memory goes by it.
-- Frozen: later changes are later migrations.

CREATE TABLE offer_version (
    county_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT offer_version_pkey PRIMARY KEY (county_id),
    CONSTRAINT offer_version_county_id_fkey FOREIGN KEY(county_id) REFERENCES county (id) ON DELETE CASCADE
);

-- At the end of a transaction, so that nobody waits for it longer than a commit takes; once for each county in it, however
-- many rows it wrote. A county that goes takes its number along.
create function offers_moved() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    whose bigint;
    mark text;
begin
    if tg_table_name in ('resource_feature', 'opening') then
        select county_id into whose from resource where id = coalesce(new.resource_id, old.resource_id);
    else
        whose := coalesce(new.county_id, old.county_id);
    end if;
    mark := pg_current_xact_id()::text || '/' || coalesce(whose, 0);
    if whose is null or current_setting('geomatch.offers_moved', true) = mark then
        return null;
    end if;
    insert into offer_version (county_id, version) select id, 1 from county where id = whose
    on conflict (county_id) do update set version = offer_version.version + 1;
    perform set_config('geomatch.offers_moved', mark, true);
    return null;
end $$;
create constraint trigger offers_moved after insert or update or delete on resource
    deferrable initially deferred for each row execute function offers_moved();
create constraint trigger offers_moved after insert or update or delete on resource_feature
    deferrable initially deferred for each row execute function offers_moved();
create constraint trigger offers_moved after insert or update or delete on opening
    deferrable initially deferred for each row execute function offers_moved();
create constraint trigger offers_moved after insert or update or delete on season
    deferrable initially deferred for each row execute function offers_moved();
create constraint trigger offers_moved after insert or update or delete on organisation
    deferrable initially deferred for each row execute function offers_moved();
create constraint trigger offers_moved after insert or update or delete on area
    deferrable initially deferred for each row execute function offers_moved();

grant select on offer_version to geomatch_app;
