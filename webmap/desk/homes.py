"""Where somebody who is booked sets out from: told to the broker once, and written down each time."""

import flask

from geomatch.db import desk, homes
from geomatch.db.persons import PEOPLE_KINDS
from geomatch.errors import UnknownPlaceError
from webmap import filters, here
from webmap.desk import door
from webmap.desk.door import blueprint

WHY = "to arrange a confirmed booking"


@blueprint.post("/bundles/<int:number>/home")
def home(number: int) -> str:
    """The place of one person of a confirmed bundle; asked for by a form, so that no link tells it."""
    asked = filters.whole(flask.request.form, "booking", default=0, most=999_999_999, least=1)
    rows = desk.bundles(door.connection(), here.county().id, door.by().now, bundles=[number])
    row = next((each for each in rows if each["id"] == asked and each["kind"] in PEOPLE_KINDS), None)
    if row is None:
        raise UnknownPlaceError(f"there is no booking {asked} of a person in bundle {number} of this county")
    by = door.by()
    with door.writing() as connection:
        place = homes.read(
            connection, row["resource_id"], number, who=by.accountable, account=by.account, why=WHY
        )
    return here.page("desk/home.html", place=place, row=row)
