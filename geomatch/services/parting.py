"""A merge undone within its day: two records again, each with what was its own."""

from typing import Any

import sqlalchemy as sa

from geomatch.db import bookings, merging
from geomatch.db.merging import Kept
from geomatch.errors import ConflictError, UnknownPlaceError
from geomatch.model import ResourceKind
from geomatch.services.booking import By
from geomatch.services.merging import label, standing


def part(connection: sa.Connection, county: int, number: int, by: By) -> None:
    """Part what merge ``number`` made one, in the caller's transaction; what was booked since stays.

    Raises ConflictError when the record was changed or merged again since, or cannot hold what was booked.
    """
    row = merging.one(connection, county, number)
    kept = _unchanged(connection, county, row)
    was, gone = row["kept"], row["gone"]
    merging.revive(connection, county, kept.what, gone["record"]["ref"])
    moved = row["moved"]
    merging.rewrite_parts(connection, kept.what, kept.id, {})
    merging.put_back(connection, kept.what, gone)
    back = Kept(
        kept.what, gone["record"]["id"], gone["record"]["ref"], gone["record"]["name"], kept.kind, False, {}
    )
    merging.point_at(connection, county, kept.what, moved["refs"], back.id)
    merging.rewrite_parts(connection, kept.what, kept.id, was)
    if kept.what == "organisation":
        merging.move_owned(connection, kept.id, back.id, moved)
    else:
        _things_back(connection, kept, back, moved, by)
    merging.take(connection, kept.what, kept.id, was["record"], was["record"].keys() | {"place"}, by.now)
    if kept.what == "resource":
        for each in (kept, back):
            standing(connection, each.id, (was if each is kept else gone)["record"]["quantity"])
    if kept.kind == ResourceKind.VOLUNTEER:
        _homes_back(connection, number, kept, back, moved)
    for each in (kept, back):
        label(connection, county, each)
    merging.change(connection, number, undone_at=by.now)


def _unchanged(connection: sa.Connection, county: int, row: sa.RowMapping) -> Kept:
    ref = row["kept"]["record"]["ref"]
    try:
        kept = merging.locked(connection, county, row["what"], ref)
    except UnknownPlaceError as gone:
        raise ConflictError(f"{ref} was merged again since; undo that first") from gone
    if kept.as_json() != row["became"]:
        raise ConflictError(f"{kept.name} was changed since; it cannot be parted without losing that")
    return kept


def _things_back(connection: sa.Connection, kept: Kept, back: Kept, moved: dict[str, Any], by: By) -> None:
    things = bookings.lock(connection, [kept.id, back.id])
    bookings.release_run_out(connection, things, by.now)
    merging.move_bookings(connection, kept.id, back.id, moved["bookings"])
    merging.move_matches_back(connection, kept.id, back.id, moved)


def _homes_back(
    connection: sa.Connection, number: int, kept: Kept, back: Kept, moved: dict[str, Any]
) -> None:
    if moved["home_taken"]:
        merging.move_home(connection, number, kept.id, back.id)
        merging.unpark_home(connection, number, kept.id)
    else:
        merging.unpark_home(connection, number, back.id)
