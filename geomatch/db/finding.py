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
    """Which names: ``within`` the parish whose name is or begins so, of one ``kind``, nearest to a point."""

    name: str
    within: str | None = None
    kind: str | None = None
    near: Point | None = None

    def parameters(self) -> dict[str, object]:
        easting, northing = self.near or (None, None)
        return {
            "asked": self.name,
            "within": self.within,
            "kind": self.kind,
            "easting": easting,
            "northing": northing,
        }


def gather(connection: sa.Connection, county: int) -> None:
    """Gather every name that may be found anew."""
    query.row(connection, "find_again", county=county)


def names(connection: sa.Connection, county: int, wanted: Wanted, *, limit: int) -> Rows:
    """Names that begin as asked, the best first.

    The order: the very name, it with more words, names that begin so, names with later words that begin so;
    among those the county's own before others, the larger place before the smaller, the shorter name before
    the longer, and then by name, parish and record. With a point, the very name first and then the nearest.
    """
    return query.rows(connection, "find_names", county=county, limit=limit, **wanted.parameters())


def alike(
    connection: sa.Connection, county: int, wanted: Wanted, *, swapped: Sequence[str], limit: int
) -> Rows:
    """Names spelt nearly as asked, the likest first; ``swapped`` are spellings to take for the same."""
    parameters = wanted.parameters() | {"swapped": list(swapped)}
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
