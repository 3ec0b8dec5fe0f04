"""A matching round: all open needs matched at once, and the broker's word on each line."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from geomatch.db import desk, query
from geomatch.errors import ConflictError, InputError, UnknownPlaceError
from geomatch.model import Window
from geomatch.services import booking, brokering
from geomatch.services.booking import By, Wanted
from geomatch.services.brokering import Plan
from geomatch.services.settling import settled
from geomatch.services.telling import Office


@dataclass(frozen=True, slots=True)
class Line:
    """One need of a round: what it was matched with, what was said, and whether something is in hand."""

    need: sa.RowMapping
    rows: tuple[sa.RowMapping, ...]
    decision: sa.RowMapping | None

    @property
    def timed(self) -> Window | None:
        """When; ``None`` where the need states no time and the broker must."""
        first = self.rows[0]
        return Window(first["starts"], first["ends"]) if first["starts"] else None

    @property
    def minutes(self) -> float:
        """All journeys of the line, as matched."""
        return float(sum(row["minutes"] * row["quantity"] for row in self.rows))


@dataclass(frozen=True, slots=True)
class Round:
    """The newest run with its receipt, and its lines in the order of the needs' own ids."""

    run: sa.RowMapping
    lines: tuple[Line, ...]


def latest(connection: sa.Connection, county: int, by: By) -> Round | None:
    """The newest round of a county, or ``None`` when nothing was matched yet."""
    run = query.row(connection, "desk_run", county=county)
    if run is None:
        return None
    said = desk.decisions(connection, run["id"])
    grouped: dict[int, list[sa.RowMapping]] = defaultdict(list)
    for row in query.rows(connection, "desk_round", run=run["id"], now=by.now):
        grouped[row["need_id"]].append(row)
    lines = (Line(rows[0], tuple(rows), said.get(number)) for number, rows in grouped.items())
    return Round(run, tuple(lines))


def accept(door: sa.Engine, office: Office, run: int, need: str, by: By) -> None:
    """Propose what the round found for a need. Raises ConflictError when the line is settled or in hand."""

    def work(connection: sa.Connection) -> None:
        line = _line(connection, office, run, need, by)
        if line.timed is None:
            raise InputError(f"{line.need['title']}: no time is stated; edit the line and say when")
        wanted = tuple(Wanted(row["ref"], line.timed, row["quantity"], row["role"]) for row in line.rows)
        made = brokering.propose_within(connection, office, Plan(need, wanted), by, told="accepted")
        number = line.need["need_id"]
        desk.decide(
            connection,
            office.county,
            run,
            number,
            said="accepted",
            bundle_id=made.bundle,
            made_by=by.who,
            made_at=by.now,
        )

    settled(door, work)


def reject(door: sa.Engine, office: Office, run: int, need: str, reason: str, by: By) -> None:
    """The broker knows better, and says why."""
    words = booking.said(reason)

    def work(connection: sa.Connection) -> None:
        line = _line(connection, office, run, need, by)
        asker = desk.asker(connection, office.county, need)
        number = line.need["need_id"]
        desk.decide(
            connection,
            office.county,
            run,
            number,
            said="rejected",
            reason=words,
            made_by=by.who,
            made_at=by.now,
        )
        about: dict[str, Any] = {"run": run}
        brokering.remember(connection, office, asker, by, ("reject", f"rejected the line: {words}", about))

    settled(door, work)


def _line(connection: sa.Connection, office: Office, run: int, need: str, by: By) -> Line:
    found = latest(connection, office.county, by)
    if found is None or found.run["id"] != run:
        raise ConflictError("there is a newer round; look at that one")
    line = next((one for one in found.lines if one.need["need"] == need), None)
    if line is None:
        raise UnknownPlaceError(f"need {need!r} was not matched in this round")
    if line.decision or line.need["in_hand"]:
        raise ConflictError(f"{line.need['title']}: this line is settled, or something is in hand already")
    return line
