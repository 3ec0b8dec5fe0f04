"""Long tables of a publisher, native or with a header, taken row by row into columns."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeVar

from geomatch.errors import InputError
from geomatch.importers import columns, textfiles
from geomatch.importers.report import IssueKind, Reading
from geomatch.importers.textfiles import Lines
from geomatch.progress import Progress

Value = TypeVar("Value")

_EACH = 20_000


@dataclass(frozen=True, slots=True)
class Layout:
    """How a publisher lays a table out.

    ``native`` gives the index of each wanted column in a file of ``width`` columns without a header, which
    ``is_native`` knows by its first row; ``headed`` the names of the columns otherwise, as
    ``columns.find`` takes them.
    """

    noun: str
    native: Mapping[str, int]
    width: int
    is_native: Callable[[Sequence[str]], bool]
    headed: Mapping[str, str]


class CellError(InputError):
    """One cell that cannot be read, while its row is taken apart."""

    def __init__(self, column: str, message: str, kind: IssueKind = IssueKind.INVALID) -> None:
        super().__init__(message)
        self.column = column
        self.kind = kind


class Cells:
    """The cells of the row at hand by our names; the same object serves every row of a file."""

    __slots__ = ("_where", "values")

    def __init__(self, where: Mapping[str, int]) -> None:
        self._where = where
        self.values: Sequence[str] = ()

    def text(self, name: str) -> str:
        """The cell without spaces around it; empty where the file has no such column."""
        index = self._where.get(name)
        return "" if index is None else self.values[index].strip()

    def parsed(self, name: str, parse: Callable[[str], Value]) -> Value:
        """The cell as ``parse`` reads it. Raises CellError when it cannot, or the cell is empty."""
        text = self.text(name)
        if not text:
            raise CellError(name, "empty; expected a value", IssueKind.MISSING)
        try:
            return parse(text)
        except InputError as error:
            raise CellError(name, str(error)) from error


Take = Callable[[Cells], IssueKind | None]
"""Keeps one row, or says why it is left out on purpose, or raises CellError."""


def read(
    path: Path, reading: Reading, layout: Layout, take: Take, progress: Progress
) -> Counter[IssueKind | None]:
    """Hand every row of every table in ``path`` to ``take``; count what it leaves out on purpose, by kind.

    Raises InputError when columns are missing or the file is cut short.
    """
    left_out: Counter[IssueKind | None] = Counter()
    for lines in textfiles.parts(path):
        reading.source = lines.source
        cells, width, rows = _laid_out(lines, reading, layout)
        for line, values in rows:
            reading.read += 1
            if reading.read % _EACH == 0:
                progress(f"reading {layout.noun} of {lines.source}", reading.read, None)
            if textfiles.right_width(lines, reading, line, values, width):
                cells.values = values
                left_out[_taken(cells, take, reading, line)] += 1
    reading.source = path.name
    return left_out


def _laid_out(
    lines: Lines, reading: Reading, layout: Layout
) -> tuple[Cells, int, Iterator[tuple[int, list[str]]]]:
    rows = textfiles.records(lines, reading)
    first = next(rows, None)
    if first is None:
        raise InputError(f"{lines.source}: empty; expected {layout.noun}")
    if layout.is_native(first[1]):
        return Cells(layout.native), layout.width, chain([first], rows)
    return Cells(columns.find(first[1], layout.headed, source=lines.source)), len(first[1]), rows


def _taken(cells: Cells, take: Take, reading: Reading, line: int) -> IssueKind | None:
    try:
        return take(cells)
    except CellError as refused:
        column = refused.column
        reading.reject(refused.kind, str(refused), line=line, column=column, value=cells.text(column))
        return None
