"""A CSV file with a header: its columns checked once, its rows as cells by name."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from geomatch.errors import InputError
from geomatch.importers import textfiles
from geomatch.importers.report import IssueKind, Reading

Value = TypeVar("Value")


class Row:
    """One row: cells by lower-case column name, and whether anything in it was refused.

    Every bad cell is named before the row is given up, so that one look mends it all.
    """

    __slots__ = ("_reading", "bad", "cells", "line")

    def __init__(self, line: int, cells: Mapping[str, str], reading: Reading) -> None:
        self.line = line
        self.cells = cells
        self.bad = False
        self._reading = reading

    def text(self, column: str) -> str:
        """The cell without spaces around it; empty when the table has no such column."""
        return self.cells.get(column, "").strip()

    def required(self, column: str) -> str:
        """The cell, refused when it is empty."""
        found = self.text(column)
        if not found:
            self.refuse(column, "empty; expected a value", IssueKind.MISSING)
        return found

    def parsed(self, column: str, parse: Callable[[str], Value], default: Value) -> Value:
        """The cell as ``parse`` reads it, ``default`` when it is empty or refused."""
        found = self.text(column)
        try:
            return parse(found) if found else default
        except InputError as error:
            self.refuse(column, str(error))
            return default

    def made(self, make: Callable[[], Value]) -> Value | None:
        """What ``make`` builds from the row's cells; ``None`` and an issue when the row is bad."""
        try:
            value = make()
        except InputError as error:
            if not self.bad:
                self.refuse(None, str(error))
            return None
        return None if self.bad else value

    def refuse(self, column: str | None, message: str, kind: IssueKind = IssueKind.INVALID) -> None:
        """Note an issue at this row; the row counts as rejected once, however many it has."""
        self.remark(column, message, kind)
        if not self.bad:
            self._reading.rejected += 1
        self.bad = True

    def remark(self, column: str | None, message: str, kind: IssueKind) -> None:
        """Note an issue at this row and keep the row."""
        value = self.text(column) if column else None
        self._reading.note(kind, message, line=self.line, column=column, value=value)


def rows(path: Path, reading: Reading, *, check: Callable[[list[str]], None]) -> Iterator[Row]:
    """The rows of a table. ``check`` sees the column names, lower case, and raises for wrong ones.

    Raises InputError for a file without a header or with the same column twice.
    """
    for lines in textfiles.parts(path):
        found = textfiles.records(lines, reading)
        header = _header(found, lines.source)
        check(header)
        for line, cells in found:
            reading.read += 1
            if len(cells) == len(header):
                yield Row(line, dict(zip(header, cells, strict=True)), reading)
            else:
                reading.reject(IssueKind.CELLS, f"{len(cells)} cells; expected {len(header)}", line=line)


def given(
    records: Sequence[Mapping[str, str]], reading: Reading, *, check: Callable[[list[str]], None]
) -> Iterator[Row]:
    """Rows that came from no file: a form, or a program. ``line`` counts them from 1.

    Raises what ``check`` raises for a wrong column.
    """
    if records:
        check(sorted({name for record in records for name in record}))
    for line, record in enumerate(records, 1):
        reading.read += 1
        yield Row(line, record, reading)


def _header(found: Iterator[tuple[int, list[str]]], source: str) -> list[str]:
    _, cells = next(found, (1, []))
    header = [cell.strip().lower() for cell in cells]
    if not header:
        raise InputError(f"{source}: empty; expected a header line with the names of the columns")
    twice = sorted({name for name in header if header.count(name) > 1 and name})
    if twice:
        raise InputError(f"{source}: column {', '.join(twice)} stands twice; expected each once")
    return header


def exactly(
    source: str, *, required: Collection[str], optional: Collection[str]
) -> Callable[[list[str]], None]:
    """A check that all required columns are there and none but the optional besides."""

    def check(header: list[str]) -> None:
        missing = [name for name in required if name not in header]
        unexpected = [name for name in header if name not in required and name not in optional]
        if missing or unexpected:
            raise InputError(
                f"{source}: missing columns: {', '.join(missing) or 'none'}; "
                f"unexpected columns: {', '.join(map(repr, unexpected)) or 'none'}"
            )

    return check


def at_least(source: str, *required: str) -> Callable[[list[str]], None]:
    """A check that the required columns are there, whatever else a publisher adds."""

    def check(header: list[str]) -> None:
        missing = [name for name in required if name.lower() not in header]
        if missing:
            raise InputError(
                f"{source}: missing columns: {', '.join(missing)}; there are {', '.join(header)}"
            )

    return check
