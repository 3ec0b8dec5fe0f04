"""Residents, what is offered, and the areas both lay in on a day: what coverage looks at.

People who offer help are read at their masks, never at their homes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from geomatch.db import query
from geomatch.db.runs import EVERYTHING, Rows


@dataclass(frozen=True, slots=True)
class Ground:
    """Residents' points, everything offered with hours and bookings, and what catchments hold.

    ``needs`` are all that are open, ``roles`` all of theirs. ``parish`` is that of residents' points.
    """

    people: Rows
    resources: Rows
    needs: Rows
    roles: Rows
    openings: Rows
    bookings: Rows
    seasons: Rows
    drawn: Rows
    inside: Rows
    parish: dict[str, str]


def ground(connection: sa.Connection, county_id: int, day: date) -> Ground:
    """What there is in a county on a day, and for whom. The application's role may ask."""
    names = {
        "people": "reach_people",
        "resources": "reach_resources",
        "needs": "match_needs",
        "roles": "match_roles",
        "openings": "match_openings",
        "bookings": "match_bookings",
        "seasons": "match_seasons",
        "drawn": "reach_drawn",
        "inside": "match_inside_seen",
    }
    return Ground(
        **{
            field: query.rows(connection, name, county=county_id, day=day, **EVERYTHING)
            for field, name in names.items()
        },
        parish=located(connection, county_id, "parish", day)["people"],
    )


def areas(connection: sa.Connection, county_id: int, kind: str, day: date) -> Rows:
    """code, name, vintage and ``geometry`` (GeoJSON text, lon/lat) of the areas of one kind on a day."""
    return query.rows(connection, "reach_areas", county=county_id, kind=kind, day=day)


def located(
    connection: sa.Connection, county_id: int, kind: str, day: date, *, only: Sequence[str] | None = None
) -> dict[str, dict[str, str]]:
    """By ``people``, ``need``, ``resource`` and ``organisation``: id to the code of its area on a day.

    ``only`` some resources, where it is given.
    """
    found: dict[str, dict[str, str]] = {"people": {}, "need": {}, "resource": {}, "organisation": {}}
    asked = {"kind": kind, "day": day, "only": None if only is None else list(only)}
    for row in query.rows(connection, "reach_located", county=county_id, **asked):
        if row["code"] is not None:
            found[row["what"]][row["id"]] = row["code"]
    return found


def seats(connection: sa.Connection, county_id: int, day: date) -> Sequence[sa.RowMapping]:
    """code, name, x and y (EPSG:27700 metres) of one inhabited spot in every parish, by code."""
    return query.rows(connection, "reach_seats", county=county_id, day=day)


def helpers(connection: sa.Connection, county_id: int, day: date) -> Rows:
    """ref of everybody who offers to help on a day and is vouched for then."""
    return query.rows(connection, "helpers", county=county_id, day=day)


def boundary_days(connection: sa.Connection, county_id: int, kinds: Sequence[str]) -> list[date]:
    """The days on which any boundary of some kinds of area became another, in order."""
    found = query.rows(connection, "boundary_days", county=county_id, kinds=list(kinds))
    return [row["day"] for row in found]
