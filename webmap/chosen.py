"""From what a reader asked for to what the database is asked for."""

import flask

from geomatch.db.pages import Wanted
from webmap import filters, here, near
from webmap.filters import Filters

_STATE = {"unmatched": "unmatched", "matched": "matched", "aspirations": "aspiration"}


def filters_() -> Filters:
    """The choices in this request's address.

    Raises ParameterError naming the one that is wrong, and UnknownValueError where ``within`` names no area.
    """
    asked = filters.read(flask.request.args)
    if asked.within:
        here.within(*asked.within)
    return asked


def wanted(asked: Filters) -> Wanted:
    """The same for the database. Raises UnknownPlaceError when ``within`` names no area of the county."""
    inside = here.within(*asked.within) if asked.within else None
    reached = near.around_it(asked)
    return Wanted(
        needs=asked.show != "offers",
        offers=asked.show in ("all", "offers"),
        state=_STATE.get(asked.show),
        kind=asked.kind,
        within=inside,
        near=reached.near if reached else None,
    )
