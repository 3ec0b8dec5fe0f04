"""What our own CSV templates share: each id once, and how they are written."""

import csv
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from geomatch.importers import cells, positions, tables
from geomatch.importers.report import IssueKind
from geomatch.importers.tables import Row
from geomatch.model import Need, Organisation, Point, Resource

_LONE_RETURN = re.compile(r"\r(?!\n)")

Value = TypeVar("Value", Organisation, Resource, Need)

Check = Callable[[list[str]], None]


def check(source: str, *, required: Collection[str], columns: Collection[str]) -> Check:
    """A check that a template's required columns are there, and none but its own and those of a position."""
    return tables.exactly(source, required=required, optional=(*columns, *positions.COLUMNS))


def once_each(rows: Iterable[Row], make: Callable[[Row], Value | None]) -> list[Value]:
    """What ``make`` gives for each row, sorted by id; an id that comes twice is refused the second time."""
    found: dict[str, Value] = {}
    for row in rows:
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
