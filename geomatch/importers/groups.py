"""Groups of parishes, such as LJCs: one row for each parish, or for its part in one division."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from geomatch.importers import cells, tables
from geomatch.importers.report import IssueKind, Provenance, Reading, Report
from geomatch.importers.tables import Row
from geomatch.model import Membership, gss_code

_EXTRAS = ("zone", "confidence", "source")
Days = tuple[date | None, date | None]


def read(
    path: Path,
    *,
    kind: str,
    group: str,
    parish: str = "parish_code",
    division: str | None = None,
    valid_from: date | str | None = None,
    valid_to: date | str | None = None,
    vintage: date | str | None = None,
    source: str | None = None,
    licence: str | None = None,
) -> tuple[list[Membership], Report]:
    """Memberships of a group of ``kind``, sorted by parish, division, group and first day.

    ``group``, ``parish`` and ``division`` name columns; ``valid_from`` and ``valid_to`` are dates, or name
    columns of dates. Columns named zone, confidence and source are kept. A parish (or its part) that is in
    two groups at once keeps the first row's. Raises InputError when a column is missing.
    """
    reading = Reading(path.name)
    given = [division, *(limit for limit in (valid_from, valid_to) if isinstance(limit, str))]
    check = tables.at_least(path.name, parish, group, *(name for name in given if name))
    membership = _maker(kind, group, parish, division, (valid_from, valid_to))
    kept: dict[tuple[str, str | None], list[Membership]] = {}
    for row in tables.rows(path, reading, check=check):
        found = membership(row)
        if found is not None:
            _keep(found, kept.setdefault((found.parish, found.division), []), row, group.lower())
    members = sorted((one for some in kept.values() for one in some), key=_order)
    return members, reading.report("groups", [path], Provenance.stated(vintage, source, licence))


def _keep(found: Membership, others: list[Membership], row: Row, column: str) -> None:
    rival = next((other for other in others if _overlap(found, other)), None)
    if rival is None:
        others.append(found)
        return
    message = f"{found.parish} is in {rival.group_name} at that time by an earlier row"
    same = rival.group_name == found.group_name
    row.refuse(column, message, IssueKind.DUPLICATE if same else IssueKind.CONFLICT)


def _maker(
    kind: str,
    group: str,
    parish: str,
    division: str | None,
    limits: tuple[date | str | None, date | str | None],
) -> Callable[[Row], Membership | None]:
    def membership(row: Row) -> Membership | None:
        code = row.parsed(parish.lower(), gss_code, None) if row.required(parish.lower()) else None
        part = row.parsed(division.lower(), gss_code, None) if division else None
        name = row.required(group.lower())
        begins, ends = (_limit(row, limit) for limit in limits)
        extras = (row.text(extra) or None for extra in _EXTRAS)
        return row.made(lambda: Membership(kind, name, code or "", part, begins, ends, *extras))

    return membership


def _limit(row: Row, limit: date | str | None) -> date | None:
    return row.parsed(limit.lower(), cells.day, None) if isinstance(limit, str) else limit


def _overlap(one: Membership, other: Membership) -> bool:
    return _begin(one) < _end(other) and _begin(other) < _end(one)


def _begin(membership: Membership) -> date:
    return membership.valid_from or date.min


def _end(membership: Membership) -> date:
    return membership.valid_to or date.max


def _order(membership: Membership) -> tuple[str, str, str, date]:
    return membership.parish, membership.division or "", membership.group_name, _begin(membership)
