-- Puts an organisation back as it was kept in JSON, under its own id.
-- Geometry as EWKB in hexadecimal, EPSG:27700; returns nothing.
insert into organisation overriding system value
select * from jsonb_populate_record(cast(null as organisation), cast(:record as jsonb)
    || jsonb_build_object('import_id', (select id from import where id = cast(cast(:record as jsonb) ->> 'import_id' as bigint))))
