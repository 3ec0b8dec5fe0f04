-- The home of resource row :person, once bundle :bundle is confirmed by all; the audit has a line for it when that commits.
-- One row or none: postcode, easting and northing (EPSG:27700 metres), exact. Fails with 42501 where not all have said yes.
select postcode, easting, northing, exact from home_read(:person, :bundle, :reader, :account, :why)
