-- So many nearest needs or resources (what) that one reaches from a labelled place, however far: id and minutes.
-- Nearest first, of equals the lower id.
select journey.id, journey.deciseconds / 600.0::float8 as minutes
from nearest_from(cast(:label as hub_label), :what, :count) as journey
order by journey.deciseconds, journey.id
