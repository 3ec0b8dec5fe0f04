"""What the page of an area shows, as its boundaries stood on any day.

Records are those of the present; where they lie is asked of the areas of that day (``reach.located``). Points
are easting and northing (EPSG:27700 metres). Nothing here reads the schema ``homes``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from geomatch.db import query
from geomatch.errors import UnknownPlaceError

Row = sa.RowMapping
Rows = Sequence[sa.RowMapping]
Located = Mapping[str, Mapping[str, str]]
"""By ``people``, ``need``, ``resource`` and ``organisation``: id to the code of its area."""


def area(connection: sa.Connection, county: int, kind: str, code: str, day: date) -> Row:
    """One area as it stood on a day. Raises UnknownPlaceError when there was none of that code."""
    found = query.row(connection, "area_on", county=county, kind=kind, code=code, day=day)
    if found is None:
        told = kind.upper() if kind == "ljc" else kind
        raise UnknownPlaceError(f"there is no {told} with the code {code[:80]!r} on {day} in this county")
    return found


def periods(connection: sa.Connection, county: int, kind: str, code: str) -> Rows:
    """The stretches of days in which an area was drawn differently, the newest first."""
    return query.rows(connection, "area_periods", county=county, kind=kind, code=code)


def related(connection: sa.Connection, area_id: int, day: date) -> Rows:
    """Areas that on a day border an area (relation ``beside``) or share ground with it (``over``)."""
    return query.rows(connection, "area_related", area=area_id, day=day)


def needs(connection: sa.Connection, county: int, refs: Sequence[str], day: date, most: int) -> Rows:
    """The first ``most`` of some needs, unmatched first, each with counts of them all."""
    return query.rows(connection, "area_needs", county=county, refs=list(refs), day=day, limit=most)


def aspirations(connection: sa.Connection, county: int, refs: Sequence[str], day: date) -> Rows:
    """What of some needs is only wished for one day."""
    return query.rows(connection, "area_aspirations", county=county, refs=list(refs), day=day)


def offers(connection: sa.Connection, county: int, refs: Sequence[str], day: date) -> Rows:
    """What of some resources is on offer, but people; ``fresh`` false: nobody vouches for it any more."""
    return query.rows(connection, "area_offers", county=county, refs=list(refs), day=day)


def groups(connection: sa.Connection, county: int, refs: Sequence[str]) -> Rows:
    """Some groups, small ones first."""
    return query.rows(connection, "area_groups", county=county, refs=list(refs))


def served(
    connection: sa.Connection, county: int, refs: Sequence[str], inside: Sequence[str], day: date
) -> Rows:
    """Who serves some needs; ``outside`` where a resource is not among those ``inside``."""
    asked: dict[str, Any] = {"refs": list(refs), "inside": list(inside), "day": day}
    return query.rows(connection, "area_served", county=county, **asked)


def tally(connection: sa.Connection, county: int) -> Rows:
    """what, id, number and unmatched of everything that can lie in an area."""
    return query.rows(connection, "area_tally", county=county)


def drawn(connection: sa.Connection, county: int, kind: str, day: date, frame: Mapping[str, float]) -> Rows:
    """Outlines of a day in a box (west, south, east, north, scale in pixels a metre) as SVG paths."""
    return query.rows(connection, "area_drawn", county=county, kind=kind, day=day, **frame)
