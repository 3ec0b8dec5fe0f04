-- Needs or resources (what) that one reaches from a labelled place within so many whole deciseconds: id and minutes.
-- Nearest first, of equals the lower id. Join journeys_from(...) in the same way with any other filter.
select journey.id, journey.deciseconds / 600.0::float8 as minutes
from journeys_from(cast(:label as hub_label), :what, :most) as journey
order by journey.deciseconds, journey.id
