-- An area that a person drew says where they live; in public they serve the whole parishes that it touches.
-- Frozen: later changes are later migrations.

-- The parishes that a resource serves as far as everybody may know; '' among them where the area goes beyond all parishes.
create function public_parishes(it resource) returns text[] language sql stable set search_path = public, pg_temp as $$
    select case when it.catchment_kind = 'polygon' and it.kind in ('volunteer', 'skill') then (
        select coalesce(array_agg(area.code order by area.code collate "C"), '{}') || case
            when coalesce(sum(ST_Area(ST_Intersection(area.geom, it.catchment))), 0) < ST_Area(it.catchment) - 1
            then array[''] else '{}' end
        from area
        where area.county_id = it.county_id and area.kind = 'parish' and upper_inf(area.valid)
            and ST_Intersects(area.geom, it.catchment)
    ) else it.catchment_parishes end
$$;

-- How a resource says where it serves, as far as everybody may know.
create function public_catchment(it resource) returns text language sql stable set search_path = public, pg_temp as $$
    select case when it.catchment_kind = 'polygon' and it.kind in ('volunteer', 'skill') then 'parishes' else it.catchment_kind end
$$;

grant execute on function public_parishes(resource) to geomatch_app;
grant execute on function public_catchment(resource) to geomatch_app;
