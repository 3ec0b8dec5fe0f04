"""What a reading met: rows counted, and every bad one named with its line and column."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from geomatch.errors import InputError

_BLOCK = 1 << 20
_LONGEST_VALUE = 200


class IssueKind(StrEnum):
    """Every way a row may be wrong, or be read with a remark."""

    CELLS = "cells"
    """Too few or too many cells, or a quotation mark out of place."""
    MISSING = "missing"
    """A cell that must be filled is empty."""
    INVALID = "invalid"
    """A cell, or the row as a whole, cannot be understood."""
    DUPLICATE = "duplicate"
    """The key stands in an earlier row already; the earlier row is kept."""
    CONFLICT = "conflict"
    """Two rows that belong together contradict each other."""
    OUTSIDE = "outside"
    """Coordinates that are not in Great Britain, or far from the county."""
    GEOMETRY = "geometry"
    """No shape, or a shape of the wrong kind."""
    REPAIRED = "repaired"
    """The shape crossed itself and was mended; the row is kept."""
    NO_POSITION = "no-position"
    """Nothing says where it is."""
    CLOSED = "closed"
    """Terminated, closed or expired, by the publisher's own word."""
    LICENCE = "licence"
    """Left out because the licence of the rest does not cover it."""
    UNMATCHED = "unmatched"
    """A code that the other file does not have."""
    GUESSED = "guessed"
    """Not stated, so taken from a column's name; the row is kept."""
    MERGED = "merged"
    """Made one with another record at the desk; what stands there stays."""
    READER = "reader"
    """A remark of the library that read the file; the row is kept."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong. ``line`` is the line where the row begins, or the feature's number, from 1."""

    source: str
    line: int | None
    column: str | None
    kind: str
    value: str | None
    message: str

    def as_dict(self) -> dict[str, object]:
        """The shape of one of a report's issues in ``--json``."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Whose the file is. ``vintage`` is an ISO date, or a year alone where nothing says more."""

    vintage: str | None = None
    publisher: str | None = None
    licence: str | None = None

    @classmethod
    def stated(cls, vintage: date | str | None, source: str | None, licence: str | None) -> "Provenance":
        """The three keywords every reader takes, as one value."""
        return cls(str(vintage) if vintage else None, source, licence)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one file: ``read = loaded + rejected`` rows (features, in a file of shapes).

    ``source`` is the file's name, ``sha256`` the digest of its bytes. Repairs and remarks are issues
    that reject nothing.
    """

    kind: str
    source: str
    sha256: str
    read: int
    loaded: int
    rejected: int
    issues: tuple[Issue, ...] = ()
    vintage: str | None = None
    publisher: str | None = None
    licence: str | None = None

    def __post_init__(self) -> None:
        if self.read != self.loaded + self.rejected or min(self.loaded, self.rejected) < 0:
            raise InputError(
                f"{self.source}: {self.read} rows read, {self.loaded} loaded and {self.rejected} rejected; "
                "expected read = loaded + rejected"
            )

    def as_dict(self, *, seconds: float | None = None) -> dict[str, object]:
        """The ``--json`` shape of ``geomatch import``; ``seconds`` is known to whoever held the watch."""
        found: dict[str, object] = {name: getattr(self, name) for name in self.__slots__}
        return found | {"issues": [issue.as_dict() for issue in self.issues], "seconds": seconds}


class Reading:
    """Counts rows and collects issues while one source is read; makes the report at the end."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.read = 0
        self.rejected = 0
        self._issues: list[Issue] = []

    def note(
        self,
        kind: IssueKind,
        message: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        """Keep an issue; it says nothing about whether the row is kept."""
        shown = value if value is None or len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "…"
        self._issues.append(Issue(self.source, line, column, str(kind), shown, message))

    def reject(
        self,
        kind: IssueKind,
        message: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        """Keep an issue and count its row as rejected."""
        self.rejected += 1
        self.note(kind, message, line=line, column=column, value=value)

    def reject_many(self, kind: IssueKind, count: int, message: str) -> None:
        """Count rows left out on purpose, with one issue for all of them; nothing when there are none."""
        if count:
            self.rejected += count
            self.note(kind, f"{count:,} {message}", value=str(count))

    def take_issues(self, other: "Reading") -> None:
        """Add the issues of a second file that belongs to this reading, without its counts."""
        self._issues += other.issues

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What was found, in the order in which it was met."""
        return tuple(self._issues)

    def report(
        self, kind: str, paths: Iterable[Path], provenance: Provenance, *, content: bytes | None = None
    ) -> Report:
        """The report on what was read from ``paths``, or, without any, from ``content``."""
        files = tuple(paths)
        return Report(
            kind=kind,
            source=" + ".join(path.name for path in files) or self.source,
            sha256=sha256_of(*files) if content is None else hashlib.sha256(content).hexdigest(),
            read=self.read,
            loaded=self.read - self.rejected,
            rejected=self.rejected,
            issues=self.issues,
            vintage=provenance.vintage,
            publisher=provenance.publisher,
            licence=provenance.licence,
        )


def sha256_of(*paths: Path) -> str:
    """SHA-256 in hexadecimal of the files' bytes, one after another.

    Raises InputError when a file cannot be read.
    """
    digest = hashlib.sha256()
    for path in paths:
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}; expected a file to read") from error
    return digest.hexdigest()
