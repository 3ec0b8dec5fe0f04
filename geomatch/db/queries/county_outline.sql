-- Sets county.geom: the authority's own outline where loaded, else the union of current parishes.
-- Geometry EPSG:27700 metres; null when neither is loaded.
with inside as (
    select kind, geom
    from area
    where county_id = :county and not outside and upper_inf(valid) and kind in ('lad', 'parish')
),
preferred as (
    select geom from inside
    where kind = case when exists (select from inside where kind = 'lad') then 'lad' else 'parish' end
)
update county
set geom = (select ST_Multi(ST_CollectionExtract(ST_UnaryUnion(ST_Collect(geom)), 3)) from preferred)
where id = :county
