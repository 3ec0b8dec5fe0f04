"""What our own CSV templates share: each id once, and how they are written."""

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from geomatch.importers import cells, positions, tables
from geomatch.importers.report import IssueKind
from geomatch.importers.tables import Row
from geomatch.model import Need, Organisation, Point, Resource

_LONE_RETURN = re.compile(r"\r(?!\n)")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Characters that no keyboard types and no page shows, those that turn text round among them."""

LONGEST = {"description": 5_000, "openings": 5_000, "windows": 5_000, "catchment": 50_000}
"""The most characters in a cell, where it is not ``LONGEST_USUAL``."""

LONGEST_USUAL = 500

Value = TypeVar("Value", Organisation, Resource, Need)

Check = Callable[[list[str]], None]


def check(source: str, *, required: Collection[str], columns: Collection[str]) -> Check:
    """A check that a template's required columns are there, and none but its own and those of a position."""
    return tables.exactly(source, required=required, optional=(*columns, *positions.COLUMNS))


def readable(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, each with what is too long or holds unseen characters refused in it."""
    for row in rows:
        for column, cell in row.cells.items():
            most = LONGEST.get(column, LONGEST_USUAL)
            if len(cell) > most:
                row.refuse(column, f"{len(cell):,} characters; expected {most:,} at most")
            elif found := _UNSEEN.search(cell):
                row.refuse(
                    column, f"the character U+{ord(found[0]):04X} cannot be shown; expected plain text"
                )
        yield row


def once_each(rows: Iterable[Row], make: Callable[[Row], Value | None]) -> list[Value]:
    """What ``make`` gives for each row, sorted by id; an id that comes twice is refused the second time."""
    found: dict[str, Value] = {}
    for row in readable(rows):
        value = make(row)
        if value is None:
            continue
        if value.id in found:
            row.refuse("id", f"{value.id} stands in an earlier row", IssueKind.DUPLICATE)
        else:
            found[value.id] = value
    return [found[key] for key in sorted(found)]


def write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """A CSV in UTF-8 with these columns; a cell that a row does not name is empty.

    A carriage return by itself is written as a new line: CSV cannot tell it from the end of a row.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _LONE_RETURN.sub("\n", cell) for name, cell in row.items()} for row in rows)


def position_cells(point: Point | None) -> dict[str, str]:
    """Easting and northing as cells, empty without a point."""
    if point is None:
        return {}
    return {"easting": cells.number_text(point[0]), "northing": cells.number_text(point[1])}
