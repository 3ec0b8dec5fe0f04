-- Finds the homes known by postcode only, and gives their owners the middle of the kilometre square in public.
-- Geometry EPSG:27700 metres; answers nothing.
select place_homes(:county)
