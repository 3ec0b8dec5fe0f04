-- Puts the homes known by postcode only in the middle of the postcode, where it is loaded.
-- Geometry EPSG:27700 metres; answers nothing; owner only.
update homes.home
set geom = postcode.geom
from resource, postcode
where home.geom is null and resource.id = home.resource_id and resource.county_id = :county
  and postcode.county_id = :county and postcode.postcode = home.postcode
