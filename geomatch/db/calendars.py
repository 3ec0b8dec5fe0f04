"""Calendars from rows: openings, named days, and when units are held."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from geomatch.availability import free
from geomatch.availability.free import Hours
from geomatch.availability.patterns import Days, Seasons
from geomatch.model import Opening, Window

Row = sa.RowMapping


def opening(row: Mapping[Any, Any]) -> Opening:
    """An opening from the columns of its table."""
    return Opening(
        Window(row["first"].lower, row["first"].upper),
        row["rrule"],
        tuple(row["except_dates"]),
        row["closed"],
        tuple(row["extra_dates"]),
        tuple(row["only_in"]),
        tuple(row["not_in"]),
    )


def hours(resources: Iterable[Row], openings: Iterable[Row]) -> dict[int, Hours]:
    """Hours by resource id, from rows of resources and of openings."""
    stated: dict[int, list[Opening]] = defaultdict(list)
    for row in openings:
        stated[row["resource_id"]].append(opening(row))
    return {
        row["id"]: free.hours_of(
            row["kind"],
            stated.get(row["id"], ()),
            row["quantity"],
            set_up=row["set_up_minutes"],
            turn_round=row["turn_round_minutes"],
        )
        for row in resources
    }


def seasons(rows: Iterable[Row]) -> Seasons:
    """Named days from rows of name, first and last day."""
    named: dict[str, list[Days]] = defaultdict(list)
    for row in rows:
        named[row["name"]].append((row["starts"], row["ends"]))
    return dict(named)
