-- What people may type to be near: some postcodes, some names that only one place bears, and some points, no two alike.
-- Points as longitude,latitude, WGS 84, up to 1.5 km from a venue; the same ones every time.
(select postcode as place from postcode where county_id = :county order by md5(postcode) limit :count)
union all
(select min(name) from findable where county_id = :county and not outside and kind <> 'parish'
group by key having count(*) = 1 order by md5(key) limit :count)
union all
(select round(ST_X(point)::numeric, 5) || ',' || round(ST_Y(point)::numeric, 5)
from (
    select ST_Transform(ST_Translate(geom, hashtext(ref) % 1500, hashtext(ref || '-') % 1500), 4326) as point, ref
    from resource where county_id = :county and kind = 'venue' and geom is not null and not outside
) as beside
order by md5(ref) limit :count)
