-- One text that changes whenever the roads or the boundaries of a county do, and stays when the same files are loaded again.
-- No geometry; metres.
with source as (
    select import_id from road_set where county_id = :county and current
    union
    select import_id from area where county_id = :county and upper_inf(valid) and not outside
    union
    select import_id from membership where county_id = :county and upper_inf(valid)
)
select concat_ws(' ',
    (select string_agg(distinct sha256, ' ' order by sha256) from import where id in (select import_id from source)),
    (select count(*) || '/' || round(sum(metres)) from road_edge join road_set on road_set.id = road_edge.road_set_id
        where county_id = :county and current),
    (select count(*) || '/' || round(sum(ST_Area(simple))) from area
        where county_id = :county and upper_inf(valid) and not outside))
