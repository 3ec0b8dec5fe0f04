-- Gathers every name that may be found in a county anew, from its places, areas, organisations and venues.
-- Geometry EPSG:27700.
select find_names(:county)
