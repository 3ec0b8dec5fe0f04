-- Writes a person's home down; geom as EWKB in hexadecimal, EPSG:27700, or null where only the postcode is known.
-- Returns nothing.
insert into homes.home (resource_id, geom, postcode, exact) values (:id, cast(:geom as geometry), :postcode, :exact)
