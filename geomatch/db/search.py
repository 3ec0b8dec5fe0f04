"""What a search reads: who is how far by label, and what is known of each. Nothing here reads exact homes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import sqlalchemy as sa

from geomatch.db import query
from geomatch.db.labels import Label, most_deciseconds
from geomatch.errors import BusyError
from geomatch.matching.wishes import Stated
from geomatch.model import Mode, Travels, Truth

Row = sa.RowMapping


@dataclass(frozen=True, slots=True)
class Among:
    """Which resources: of a county, offered on a day, of some kinds and, where any are named, subkinds."""

    county: int
    day: date
    kinds: tuple[str, ...]
    subkinds: tuple[str, ...] = ()

    def parameters(self) -> dict[str, Any]:
        """As the queries take them."""
        return {"county": self.county, "day": self.day, "kinds": list(self.kinds)}


def journeys(
    connection: sa.Connection,
    among: Among,
    way: tuple[Travels, Mode],
    here: tuple[Label, bool],
    *,
    most: float,
) -> dict[int, float]:
    """Minutes by id within ``most`` minutes, of resources with labels, by who travels and by which mode.

    ``here`` is a label of the place, and whether it is one towards it. Raises BusyError when the roads were
    replaced meanwhile.
    """
    label, towards = here
    asked = {
        "county": among.county,
        "kinds": list(among.kinds),
        "travels": [str(way[0])],
        "mode": str(way[1]),
    }
    statement = query.text(f"search_journeys_{'towards' if towards else 'from'}")
    try:
        found = connection.execute(statement, asked | {"label": label, "most": most_deciseconds(most)}).all()
    except sa.exc.OperationalError as error:
        if isinstance(error.orig, psycopg.errors.SerializationFailure):
            raise BusyError("the roads were replaced just now; ask again") from error
        raise
    return {row.id: row.minutes for row in found}


def ways(connection: sa.Connection, among: Among, *, mode: Mode, labelled: Sequence[Mode]) -> Sequence[Row]:
    """Rows (travels, mode, labels, searches): who travels by which mode, and how their minutes are known."""
    modes = [str(each) for each in labelled]
    return query.rows(connection, "search_ways", mode=str(mode), labelled=modes, **among.parameters())


def unlabelled(
    connection: sa.Connection, among: Among, *, mode: Mode, labelled: Sequence[Mode]
) -> Sequence[Row]:
    """Rows (id, travels, mode, x, y) of resources whose journeys no label tells, by the mode each takes."""
    modes = [str(each) for each in labelled]
    return query.rows(connection, "search_unlabelled", mode=str(mode), labelled=modes, **among.parameters())


@dataclass(frozen=True, slots=True)
class Around:
    """The place asked about, EPSG:27700 metres, with its parish, and a radius in metres where one counts."""

    x: float
    y: float
    parish: str | None = None
    radius: float | None = None


def offers(connection: sa.Connection, among: Among, around: Around, ids: Sequence[int]) -> Sequence[Row]:
    """Facts of resources by ref: those of ``ids`` or within the radius, and those that need no journey."""
    here = {"x": around.x, "y": around.y, "parish": around.parish, "radius": around.radius}
    return query.rows(
        connection,
        "search_offers",
        ids=list(ids),
        subkinds=list(among.subkinds),
        **here,
        **among.parameters(),
    )


def stated(
    connection: sa.Connection, ids: Sequence[int], names: Sequence[str] | None = None
) -> Mapping[int, dict[str, Stated]]:
    """What is stated of some resources, by id and name: of these names only, where given."""
    found: dict[int, dict[str, Stated]] = defaultdict(dict)
    for row in connection.execute(query.text("search_features"), {"ids": list(ids), "names": names}):
        identifier, name, truth, number, text, until = row
        value = Truth(truth) if truth is not None else text if number is None else float(number)
        found[identifier][name] = Stated(value, until)
    return found


def asks(connection: sa.Connection, county: int, day: date, *, days: int) -> dict[int, int]:
    """How often each resource was asked lately: within so many days of a day."""
    rows = query.rows(connection, "match_asks", county=county, day=day, days=days)
    return {row["resource_id"]: row["asks"] for row in rows}
