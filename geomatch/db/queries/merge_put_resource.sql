-- Puts a resource back as it was kept in JSON, under its own id.
-- Geometry as EWKB in hexadecimal, EPSG:27700; returns nothing.
insert into resource overriding system value
select * from jsonb_populate_record(cast(null as resource), cast(:record as jsonb)
    || jsonb_build_object('import_id', (select id from import where id = cast(cast(:record as jsonb) ->> 'import_id' as bigint)),
        'organisation_id', (select id from organisation where id = cast(cast(:record as jsonb) ->> 'organisation_id' as bigint))))
