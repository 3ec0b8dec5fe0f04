-- The pages' roles read of a run what anybody may hear of it. Its document holds minutes from people's homes, to a tenth of
-- a second; the faults of an import hold cells as somebody wrote them.
-- So the one is the owner's, the other the desk's as well. Frozen: later changes are later migrations.

alter table matching_run
    add receipt JSONB GENERATED ALWAYS AS (document -> 'receipt') STORED,
    add gap FLOAT GENERATED ALWAYS AS (cast(document ->> 'gap' as float)) STORED;
revoke select on matching_run from geomatch_app;
grant select (id, county_id, policy, as_of, made_at, problem_sha256, status, served, receipt, gap) on matching_run to geomatch_app;

revoke select on import from geomatch_app;
grant select (id, county_id, kind, subject, source, options, publisher, licence, vintage, sha256, read, loaded, rejected, kept,
    seconds, imported_at) on import to geomatch_app;
grant select on import to geomatch_desk;

-- PostGIS tells by this function, with its owner's rights, between which corners a table's points lie: of one home, the home.
do $$
declare
    told regprocedure;
begin
    for told in select oid from pg_proc where proname = 'st_estimatedextent' loop
        execute format('revoke execute on function %s from public', told);
    end loop;
exception when insufficient_privilege then
    raise notice 'st_estimatedextent belongs to another role, which may revoke it from public';
end $$;
