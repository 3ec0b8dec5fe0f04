-- What a community would like one day: a need without a time or anything asked for yet, neither matched nor counted.
-- Frozen: later changes are later migrations.

alter table need add aspiration BOOLEAN DEFAULT false NOT NULL;
alter table need add constraint need_aspiration_check
    check (not aspiration or (status <> 'met' and asked is null and closes is null));

alter table people.posting drop constraint posting_kind_check;
alter table people.posting add constraint posting_kind_check
    check (kind in ('needs', 'aspirations', 'resources', 'organisations'));

-- What is published, met or taken back is shown, or not, from that moment on: pages know of it by this number.
create function need_shown() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into calendar_version (county_id, version) values (new.county_id, 1)
    on conflict (county_id) do update set version = calendar_version.version + 1;
    return null;
end $$;
create trigger need_shown after update of status, aspiration on need
    for each row when (old.status <> new.status or old.aspiration <> new.aspiration) execute function need_shown();
