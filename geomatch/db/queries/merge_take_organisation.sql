-- Brings those columns of an organisation that are named to what they are in a row kept as JSON; the others stay.
-- Geometry as EWKB in hexadecimal, EPSG:27700; returns nothing.
update organisation set
    name = case when 'name' = any(:take) then it.name else organisation.name end,
    description = case when 'description' = any(:take) then it.description else organisation.description end,
    import_id = case when 'import_id' = any(:take) then (select id from import where id = it.import_id) else organisation.import_id end,
    sector = case when 'sector' = any(:take) then it.sector else organisation.sector end,
    themes = case when 'themes' = any(:take) then it.themes else organisation.themes end,
    small = case when 'small' = any(:take) then it.small else organisation.small end,
    geom = case when 'place' = any(:take) then it.geom else organisation.geom end,
    postcode = case when 'place' = any(:take) then it.postcode else organisation.postcode end,
    parish_code = case when 'place' = any(:take) then it.parish_code else organisation.parish_code end,
    division_code = case when 'place' = any(:take) then it.division_code else organisation.division_code end,
    outside = case when 'place' = any(:take) then it.outside else organisation.outside end,
    url = case when 'url' = any(:take) then it.url else organisation.url end,
    email = case when 'email' = any(:take) then it.email else organisation.email end,
    telephone = case when 'telephone' = any(:take) then it.telephone else organisation.telephone end,
    edited_at = case when 'edited_at' = any(:take) then it.edited_at else :now end
from jsonb_populate_record(cast(null as organisation), cast(:record as jsonb)) it
where organisation.id = :id
