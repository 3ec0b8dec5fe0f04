-- Needs or resources (what) from which one reaches a labelled place within so many whole deciseconds: id and minutes.
-- Nearest first, of equals the lower id. Join journeys_towards(...) in the same way with any other filter.
select journey.id, journey.deciseconds / 600.0::float8 as minutes
from journeys_towards(cast(:label as hub_label), :what, :most) as journey
order by journey.deciseconds, journey.id
