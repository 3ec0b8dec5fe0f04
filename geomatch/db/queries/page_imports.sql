-- Everything ever imported into a county: what, from whom, under which licence, how much of it.
-- No geometry.
select kind, source, publisher, licence, vintage, read, loaded, rejected, imported_at
from import where county_id = :county order by kind, source, imported_at, id
