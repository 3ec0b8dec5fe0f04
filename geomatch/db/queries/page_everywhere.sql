-- The box round every need and every offer of a county; one row, of nulls when none lies anywhere.
-- EPSG:27700 metres.
select min(ST_X(geom)) as west, min(ST_Y(geom)) as south, max(ST_X(geom)) as east, max(ST_Y(geom)) as north
from (
    select geom from need where county_id = :county and geom is not null
    union all
    select geom from resource where county_id = :county and geom is not null
) record
