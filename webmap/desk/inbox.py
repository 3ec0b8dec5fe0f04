"""What waits: needs nobody has met yet, the most urgent and longest waiting first."""

import flask

from geomatch.db import desk
from geomatch.db.desk import STATES, Inbox
from geomatch.model import ResourceKind
from webmap import filters, here
from webmap.desk import door
from webmap.desk.door import blueprint

WORDS = {
    "open": "Everything to be done",
    "broken": "Needs a replacement",
    "past": "Did it happen?",
    "proposed": "Asked, waiting for answers",
    "new": "Nothing proposed yet",
    "confirmed": "Booked",
    "all": "All of them",
}
"""The states of the inbox as a broker reads them."""


@blueprint.get("/")
def index() -> str:
    """The inbox."""
    asked = flask.request.args
    wanted = Inbox(
        state=filters.one_of(asked, "state", tuple(WORDS)) or "open",
        kind=filters.one_of(asked, "kind", tuple(ResourceKind)),
        text=filters.once(asked, "text"),
        by_waiting=filters.one_of(asked, "order", ("waiting", "urgency")) == "waiting",
    )
    page, size = filters.whole(asked, "page", default=1, most=10_000, least=1), here.house().config.page_size
    rows = desk.inbox(
        door.connection(), here.county().id, wanted, door.moment(), slice_=(size, (page - 1) * size)
    )
    everything = Inbox("all", wanted.kind, wanted.text)
    first = desk.inbox(door.connection(), here.county().id, everything, door.moment(), slice_=(1, 0))
    counts = {state: first[0][f"{state}_ones"] if first else 0 for state in STATES}
    total = rows[0]["total"] if rows else 0
    return here.page(
        "desk/inbox.html",
        KINDS=tuple(ResourceKind),
        WORDS=WORDS,
        counts=counts | {"open": sum(counts.values()) - counts["confirmed"], "all": sum(counts.values())},
        page=page,
        pages=max(1, -(-total // size)),
        rows=rows,
        today=door.moment().today,
        total=total,
        wanted=wanted,
    )
