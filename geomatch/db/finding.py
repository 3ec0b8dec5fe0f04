"""Places by name, postcode and number. Only what the public may see is looked at: no person and no home.

Names lie in the table ``findable``, gathered anew at the end of every import and kept by triggers when an
organisation or a venue changes in between. Points are easting and northing, EPSG:27700 metres.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from geomatch.db import query
from geomatch.model import Point

Row = sa.RowMapping
Rows = Sequence[sa.RowMapping]

INWARD_LETTERS = 3
"""Letters of a postcode after its space."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which names: ``within`` the parish whose name is or begins so, or ``near`` a point; of one ``kind``."""

    name: str
    within: str | None = None
    kind: str | None = None
    near: Point | None = None

    def point(self) -> dict[str, float | None]:
        easting, northing = self.near or (None, None)
        return {"easting": easting, "northing": northing}


def gather(connection: sa.Connection, county: int) -> None:
    """Gather every name that may be found anew."""
    query.row(connection, "find_again", county=county)


def names(connection: sa.Connection, county: int, wanted: Wanted, *, limit: int) -> Rows:
    """Names that begin as asked, the best first.

    The order: the very name, names that begin so, names whose words begin as the asked words do; among
    those the county's own before others, the larger place before the smaller, the shorter name before the
    longer, and then by name, parish and record. With a point, the very name first and then the nearest.
    """
    parameters: dict[str, object] = {"asked": wanted.name, "kind": wanted.kind}
    if wanted.near is not None:
        near = parameters | wanted.point()
        return query.rows(connection, "find_names_near", county=county, limit=limit, **near)
    if wanted.within is not None:
        within = parameters | {"within": wanted.within}
        return query.rows(connection, "find_names_within", county=county, limit=limit, **within)
    found = list(query.rows(connection, "find_names", county=county, limit=limit, **parameters))
    if len(found) < limit:
        rest = limit - len(found)
        found += query.rows(connection, "find_names_holding", county=county, limit=rest, **parameters)
    return found


def alike(
    connection: sa.Connection, county: int, wanted: Wanted, *, swapped: Sequence[str], limit: int
) -> Rows:
    """Names spelt nearly as asked, the likest first; ``swapped`` are spellings to take for the same."""
    asked = {"asked": wanted.name, "within": wanted.within, "kind": wanted.kind}
    parameters = asked | wanted.point() | {"swapped": list(swapped)}
    return query.rows(connection, "find_alike", county=county, limit=limit, **parameters)


def postcodes(connection: sa.Connection, county: int, start: str, *, limit: int) -> Rows:
    """Postcodes that begin with ``start`` (capitals, no spaces), in their order."""
    return query.rows(connection, "find_postcodes", county=county, start=start, limit=limit)


def postcode_named(connection: sa.Connection, county: int, postcode: str) -> Row | None:
    """A postcode from the gazetteer of names, where the postcodes themselves lack it."""
    return query.row(connection, "find_postcode_named", county=county, postcode=postcode)


def postcode_part(connection: sa.Connection, county: int, part: str) -> Row | None:
    """The middle and reach in metres of a sector's (``SY7 8``) or outcode's (``SY7``) loaded postcodes."""
    out, _, sector = part.partition(" ")
    letters = len(out) + INWARD_LETTERS
    return query.row(connection, "find_postcode_part", county=county, start=out + sector, letters=letters)


def uprn(connection: sa.Connection, county: int, number: int) -> tuple[Point | None, bool]:
    """Where a property is, None when it is not loaded; and whether any is."""
    found = query.row(connection, "find_uprn", county=county, uprn=number)
    assert found is not None  # noqa: S101 - a query of scalars always has its row
    point = None if found["easting"] is None else (found["easting"], found["northing"])
    return point, found["loaded"]


def ground(connection: sa.Connection, county: int, points: Sequence[Point]) -> Rows:
    """For each point in order: ``code`` and ``name`` of its parish (null in none), ``inside`` the county."""
    eastings, northings = [point[0] for point in points], [point[1] for point in points]
    return query.rows(connection, "find_ground", county=county, eastings=eastings, northings=northings)
