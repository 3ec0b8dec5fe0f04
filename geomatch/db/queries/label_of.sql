-- The label of a stored need or resource (what, id) by a mode, from it or (towards) to it, as text of a hub_label.
-- Deciseconds by road, walks included; no row where it has none.
select cast(cast(label as hub_label) as text)
from hub_label_of(:what, :id, :mode, :towards) as label
