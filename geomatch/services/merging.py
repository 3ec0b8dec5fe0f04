"""Two records of the same hall or group made one: what hangs on either hangs on the one that stays.

One transaction. What both say is kept as it stood, so that it can be read later, and parted within the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from geomatch.availability import intervals, units
from geomatch.availability.units import Seat
from geomatch.db import areas, bookings, desk, merging
from geomatch.db.merging import Kept
from geomatch.errors import ConflictError, InputError
from geomatch.model import ResourceKind
from geomatch.services import comparing, routing, seating
from geomatch.services.booking import By
from geomatch.services.comparing import Field, Side
from geomatch.services.settling import settled

WHAT = {"organisations": "organisation", "resources": "resource"}
"""What can be merged, by the kind of record."""
_TOLD = 8


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one kind: the one that keeps its address, and the one that goes into it."""

    kept: Kept
    gone: Kept


class ClashError(ConflictError):
    """Both are booked at once; ``rows`` are those bookings, in order of time."""

    def __init__(self, rows: Sequence[sa.RowMapping]) -> None:
        self.rows = tuple(rows)
        listed = "; ".join(_booked(row) for row in rows[:_TOLD])
        more = f"; and {len(rows) - _TOLD} more" if len(rows) > _TOLD else ""
        super().__init__(f"these are booked at the same time, so they cannot be one: {listed}{more}")


def pair(connection: sa.Connection, county: int, kind: str, kept: str, gone: str) -> Pair:
    """Two records by their refs, locked.

    Raises InputError for one and the same, or for two that cannot be the same; UnknownPlaceError for none.
    """
    if kind not in WHAT:
        raise InputError(f"cannot merge {kind!r}; expected one of {', '.join(WHAT)}")
    if kept == gone:
        raise InputError(f"{kept!r} and {gone!r} are one record already; expected two")
    found = {ref: merging.locked(connection, county, WHAT[kind], ref) for ref in sorted((kept, gone))}
    if found[kept].kind != found[gone].kind:
        kinds = " and ".join(f"{one.name} is of the kind {one.kind}" for one in (found[kept], found[gone]))
        raise InputError(f"{kinds}; expected two of the same kind")
    return Pair(found[kept], found[gone])


def fields(connection: sa.Connection, county: int, pair_: Pair) -> list[Field]:
    """What both say, side by side."""
    return comparing.fields(connection, county, pair_.kept, pair_.gone)


def merge(door: sa.Engine, county: int, refs: tuple[str, str, str], given: Mapping[str, str], by: By) -> int:
    """Merge (kind, the ref that stays, the ref that goes); gives the number of the merge.

    ``given`` says whose word stays, by field. Raises ClashError when both are booked at the same time.
    """

    def work(connection: sa.Connection) -> int:
        return merge_within(connection, county, pair(connection, county, *refs), given, by)

    return settled(door, work)


def merge_within(connection: sa.Connection, county: int, two: Pair, given: Mapping[str, str], by: By) -> int:
    """The same inside the caller's transaction."""
    kept, gone = two.kept, two.gone
    taken = comparing.chosen(fields(connection, county, two), given)
    number = merging.add(
        connection,
        county_id=county,
        what=kept.what,
        kept=kept.as_json(),
        gone=gone.as_json(),
        made_by=by.who,
        made_at=by.now,
    )
    merging.take(connection, kept.what, kept.id, gone.record, comparing.columns(taken), by.now)
    moved = _moved(connection, two, by)
    if kept.kind == ResourceKind.VOLUNTEER:
        _settle_home(connection, number, two, taken["place"])
    moved["refs"] = merging.retire(connection, county, gone, kept.id)
    merging.remove(connection, gone.what, gone.id)
    merging.rewrite_parts(connection, kept.what, kept.id, comparing.parts(kept, gone, taken))
    moved["home_taken"] = taken["place"] is Side.GONE
    label(connection, county, kept)
    became = merging.locked(connection, county, kept.what, kept.ref).as_json()
    merging.change(connection, number, became=became, moved=moved)
    _remember(connection, county, two, number, by)
    return number


def standing(connection: sa.Connection, resource: int, quantity: int) -> None:
    """Give units anew to all that is held of a locked resource. Raises ClashError where there are too few."""
    rows = merging.seats(connection, [resource])
    seats = _as_seats(rows)
    placed = units.arranged(seats, quantity)
    if placed is None:
        raise ClashError(_clashing(rows, quantity))
    now = {row["id"]: tuple(row["units"]) for row in rows}
    changed = [
        (each.booking, each.held, placed[each.booking])
        for each in seats
        if now[each.booking] != placed[each.booking]
    ]
    if changed:
        bookings.reseat(connection, resource, changed)


def label(connection: sa.Connection, county: int, one: Kept) -> None:
    """Place a record in its parish, and make the journeys from and to it known at once."""
    areas.place(connection, county, refs=[one.ref])
    if one.what == "resource":
        routing.label_one(connection, county, ("resource", one.id))


def _moved(connection: sa.Connection, two: Pair, by: By) -> dict[str, Any]:
    """Move everything that hangs on the one that goes; gives what it takes to move it back."""
    kept, gone = two.kept, two.gone
    if kept.what == "organisation":
        return dict(merging.move_owned(connection, gone.id, kept.id))
    things = bookings.lock(connection, [kept.id, gone.id])
    bookings.release_run_out(connection, things, by.now)
    rows = merging.seats(connection, things)
    quantity = things[kept.id]["quantity"]
    if units.arranged(_as_seats(rows), quantity) is None:
        raise ClashError(_clashing(rows, quantity))
    moved = {"bookings": merging.move_bookings(connection, gone.id, kept.id)}
    standing(connection, kept.id, quantity)
    return moved | merging.move_matches(connection, gone.id, kept.id)


def _as_seats(rows: Sequence[sa.RowMapping]) -> list[Seat]:
    return [
        Seat(row["id"], (row["begins"], row["ends"]), tuple(range(1, row["quantity"] + 1))) for row in rows
    ]


def _clashing(rows: Sequence[sa.RowMapping], quantity: int) -> list[sa.RowMapping]:
    """Bookings in those minutes in which more is held than there is."""
    full = intervals.crowded([(row["begins"], row["ends"], row["quantity"]) for row in rows], quantity)
    return [row for row in rows if any(row["begins"] < end and row["ends"] > begin for begin, end in full)]


def _settle_home(connection: sa.Connection, number: int, two: Pair, side: Side) -> None:
    """The home of whoever was chosen; the other is put aside."""
    kept, gone = two.kept, two.gone
    if side is Side.GONE:
        merging.park_home(connection, number, kept.id)
        merging.move_home(connection, number, gone.id, kept.id)
    else:
        merging.park_home(connection, number, gone.id)


def _booked(row: sa.RowMapping) -> str:
    wanted = f" for {row['title']}" if row["title"] else ""
    return f"{row['name']} ({seating.told(row['starts'], row['ends_at'])}, {row['status']}){wanted}"


def _remember(connection: sa.Connection, county: int, two: Pair, number: int, by: By) -> None:
    desk.add_act(
        connection,
        county_id=county,
        need_id=None,
        what="merge",
        words=f"merged {two.gone.name} ({two.gone.ref}) into {two.kept.name} ({two.kept.ref})",
        about={"merge": number},
        who=by.who,
        at=by.now,
    )
