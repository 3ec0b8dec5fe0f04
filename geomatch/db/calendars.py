"""Calendars from rows: openings, named days, and hours that alike resources share."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from geomatch.availability import clock, free
from geomatch.availability.free import Hours
from geomatch.availability.patterns import Days
from geomatch.model import Opening, Window

Row = sa.RowMapping


def hours(resources: Iterable[Row], openings: Iterable[Row], seasons: Iterable[Row]) -> dict[int, Hours]:
    """Hours by resource id, from rows of resources, of openings and of named days.

    Resources that keep the same hours share one value, so that what is worked out for one is for all.
    """
    stated: dict[int, list[int]] = defaultdict(list)
    patterns = []
    for number, row in enumerate(openings):
        patterns.append(_opening(row))
        for resource in row["resources"]:
            stated[resource].append(number)
    named = seasons_of(seasons)
    made: dict[tuple[object, ...], Hours] = {}
    told = {}
    for row in resources:
        numbers = tuple(stated.get(row["id"], ()))
        pads = row["set_up_minutes"], row["turn_round_minutes"]
        key = (row["kind"], row["quantity"], *pads, numbers)
        if key not in made:
            opened = tuple(patterns[number] for number in numbers)
            made[key] = _hours(row["kind"], row["quantity"], pads, opened, tuple(named.items()))
        told[row["id"]] = made[key]
    return told


@lru_cache(maxsize=4096)
def _hours(
    kind: str,
    quantity: int,
    pads: tuple[int | None, int | None],
    openings: tuple[Opening, ...],
    seasons: tuple[tuple[str, tuple[Days, ...]], ...],
) -> Hours:
    """One value for the same hours, whoever reads them: so what they make open is worked out once."""
    kept = free.hours_of(kind, quantity, set_up=pads[0], turn_round=pads[1])
    return kept.opened_by(openings, dict(seasons))


def _opening(row: Mapping[Any, Any]) -> Opening:
    return Opening(
        Window(clock.moment(row["begins"]), clock.moment(row["begins"] + row["minutes"])),
        row["rrule"],
        tuple(row["except_dates"]),
        row["closed"],
        tuple(row["extra_dates"]),
        tuple(row["only_in"]),
        tuple(row["not_in"]),
    )


def seasons_of(rows: Iterable[Row]) -> dict[str, tuple[Days, ...]]:
    """Named days from rows of name, first and last day."""
    named: dict[str, list[Days]] = defaultdict(list)
    for row in rows:
        named[row["name"]].append((row["starts"], row["ends"]))
    return {name: tuple(days) for name, days in named.items()}
