"""Every table. Geometry is EPSG:27700; times are Europe/London wall time (``tsrange``), days ``daterange``.

Constraints make impossible states impossible here, not only in the code that writes.
"""

from geomatch.db.tables.accounts import (
    account,
    api_token,
    attempt,
    joining,
    member,
    one_time_link,
    recovery_code,
    role_held,
    session,
    trusted,
)
from geomatch.db.tables.audit import audit_chain, audit_entry, audit_head
from geomatch.db.tables.bookings import (
    booking,
    booking_change,
    booking_unit,
    bundle,
    calendar_version,
    feed_token,
    offer_version,
    series,
)
from geomatch.db.tables.checks import dbs_check
from geomatch.db.tables.columns import AUDIT, HOMES, PEOPLE, metadata
from geomatch.db.tables.desk import act, ask, asked_after, contact, decision
from geomatch.db.tables.finding import findable, uprn
from geomatch.db.tables.letters import letter, link
from geomatch.db.tables.merging import merge, merged, parked
from geomatch.db.tables.needs import need, need_role, need_window, role_feature
from geomatch.db.tables.offers import feature_type, home, opening, organisation, resource, resource_feature
from geomatch.db.tables.places import (
    area,
    area_set,
    county,
    county_piece,
    import_,
    membership,
    place_name,
    population,
    postcode,
    season,
)
from geomatch.db.tables.posting import posting
from geomatch.db.tables.quarters import reach, snapshot, snapshot_area, snapshot_shape, story, target
from geomatch.db.tables.rights import asked_still, asked_wanted, complaint
from geomatch.db.tables.roads import (
    hub_label_in,
    hub_label_out,
    hub_place,
    road_edge,
    road_graph,
    road_node,
    road_set,
    routing_graph,
)
from geomatch.db.tables.runs import match, matching_run, run_problem, unmatched

__all__ = [
    "AUDIT",
    "HOMES",
    "PEOPLE",
    "account",
    "act",
    "api_token",
    "area",
    "area_set",
    "ask",
    "asked_after",
    "asked_still",
    "asked_wanted",
    "attempt",
    "audit_chain",
    "audit_entry",
    "audit_head",
    "booking",
    "booking_change",
    "booking_unit",
    "bundle",
    "calendar_version",
    "complaint",
    "contact",
    "county",
    "county_piece",
    "dbs_check",
    "decision",
    "feature_type",
    "feed_token",
    "findable",
    "home",
    "hub_label_in",
    "hub_label_out",
    "hub_place",
    "import_",
    "joining",
    "letter",
    "link",
    "match",
    "matching_run",
    "member",
    "membership",
    "merge",
    "merged",
    "metadata",
    "need",
    "need_role",
    "need_window",
    "offer_version",
    "one_time_link",
    "opening",
    "organisation",
    "parked",
    "place_name",
    "population",
    "postcode",
    "posting",
    "reach",
    "recovery_code",
    "resource",
    "resource_feature",
    "road_edge",
    "road_graph",
    "road_node",
    "road_set",
    "role_feature",
    "role_held",
    "routing_graph",
    "run_problem",
    "season",
    "series",
    "session",
    "snapshot",
    "snapshot_area",
    "snapshot_shape",
    "story",
    "target",
    "trusted",
    "unmatched",
    "uprn",
]
