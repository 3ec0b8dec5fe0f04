"""What communities would like one day, for brokers: each may become a need."""

import flask

from geomatch.db import pages
from geomatch.db.pages import Wanted
from webmap import filters, here
from webmap.desk import door
from webmap.desk.door import blueprint


@blueprint.get("/aspirations")
def aspirations() -> str:
    """All of them by name, a page at a time."""
    page, size = filters.whole(flask.request.args, "page", default=1, most=10_000, least=1), 50
    wanted = Wanted(offers=False, state="aspiration")
    found = pages.items(door.connection(), here.county().id, wanted, slice_=(size, (page - 1) * size))
    return here.page("desk/aspirations.html", found=found, page=page, pages=max(1, -(-found.total // size)))
