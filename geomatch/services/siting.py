"""Where so many more of a kind would do most good: from a matrix file, or for a county's residents."""

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import travel
from geomatch.coverage import nearest
from geomatch.db import counties, reach
from geomatch.db.runs import Rows
from geomatch.errors import InputError
from geomatch.matching import siting
from geomatch.matching.places import Places, Row, from_rows
from geomatch.matching.rules import Rules
from geomatch.model import MOST_MINUTES, Mode, ResourceKind, Travels
from geomatch.progress import Progress, silent
from geomatch.services import reaching
from geomatch.services.journeys import Networks
from geomatch.travel.straight import guess

COLUMNS = ("demand", "site", "cost", "weight")
OPEN = "already open"
"""Stands for everything of the kind that is there already, as one site."""
TRAVELLED = {
    ResourceKind.VENUE: Travels.BENEFICIARY,
    ResourceKind.EQUIPMENT: Travels.CARRIED,
    ResourceKind.VOLUNTEER: Travels.RESOURCE,
    ResourceKind.SKILL: Travels.RESOURCE,
}
"""Who usually travels; a fund or a leaflet has no place, so there is nowhere to put it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: an objective, how many sites, and what is too far."""

    objective: str
    count: int | None = None
    max_minutes: float | None = None

    def __post_init__(self) -> None:
        if self.max_minutes is not None and not 0 < self.max_minutes < float("inf"):
            raise InputError(f"max_minutes {self.max_minutes}; expected a number above 0")


@dataclass(frozen=True, slots=True)
class Asked:
    """In which county (``None``: the only one), for which kind, on which day, and how residents travel."""

    county: str | None
    kind: ResourceKind
    day: date
    mode: Mode = Mode.CAR


def from_matrix(file: Path, wanted: Wanted, *, progress: Progress = silent) -> dict[str, Any]:
    """What ``geomatch site --matrix`` prints. Raises InputError that lists every bad row of the file."""
    return _told(from_rows(_read(file)), wanted, progress)


def for_county(
    door: sa.Engine, asked: Asked, wanted: Wanted, *, progress: Progress = silent
) -> dict[str, Any]:
    """The same for residents of a county: candidate sites are its parishes' seats, what there is counts.

    Raises InputError for a kind that nobody travels for, or when no residents or parishes are loaded.
    """
    if asked.kind not in TRAVELLED:
        raise InputError(f"kind {asked.kind}: nobody travels for it; expected {', '.join(TRAVELLED)}")
    with door.begin() as connection:
        county = counties.chosen(connection, asked.county)
        networks = reaching.networks(connection, county.id, progress=progress)
        progress("Reading residents and sites", 0, None)
        ground = reach.ground(connection, county.id, asked.day)
        seats = reach.seats(connection, county.id, asked.day)
        people = [row for row in ground.people if row["code"] in ground.parish]
        if not people or not seats:
            raise InputError(
                f"{county.name}: {len(people)} residents' points, {len(seats)} parishes; load both"
            )
        prepared = reaching.prepare(
            ground,
            asked.kind,
            asked.day,
            max_minutes=wanted.max_minutes or MOST_MINUTES,
            rules=Rules.of(county.settings.get("matching", {})),
        )
        found = reaching.reached(prepared, asked.mode, networks, progress=progress)
        away = _minutes(people, seats, asked, networks)
    inside = np.array([row["code"] in ground.parish for row in ground.people], dtype=bool)
    places = Places(
        demands=tuple(row["code"] for row in people),
        sites=(*(row["code"] for row in seats), OPEN),
        cost=np.column_stack((away, nearest(found.minutes)[inside])),
        weight=np.array([row["residents"] for row in people], dtype=np.float64),
        open=np.arange(len(seats) + 1) == len(seats),
    )
    told = _told(places, wanted, progress)
    names = {row["code"]: row["name"] for row in seats}
    usable = int(found.usable.sum())
    return told | {
        "names": {code: names[code] for code in told["sites"]},
        "assumed": _assumed(asked, len(people), usable, guessed=found.guessed),
    }


def _assumed(asked: Asked, people: int, usable: int, *, guessed: bool) -> list[str]:
    ways = "from the site to them" if TRAVELLED[asked.kind] is Travels.RESOURCE else "from them to the site"
    return [
        f"Residents live at {people:,} output areas' points inside the county's parishes.",
        "Candidate sites: one for each parish, at the inhabited spot nearest to the middle of its people.",
        f"Already open: {usable:,} of the kind {asked.kind}, confirmed, free within "
        f"{reaching.FREE_DAYS} days and not known to have steps, where they serve.",
        f"Minutes by {asked.mode}, {ways}, " + ("guessed from straight lines." if guessed else "by road."),
    ]


def _minutes(people: list[Any], seats: Rows, asked: Asked, networks: Networks | None) -> NDArray[np.float64]:
    """(n_people, n_seats) minutes in the direction of whoever travels, ``inf`` where there is no way."""
    here, there = (
        np.array([(row["x"], row["y"]) for row in rows], dtype=np.float64) for rows in (people, seats)
    )
    comes = TRAVELLED[asked.kind] is Travels.RESOURCE
    ends = (there, here) if comes else (here, there)
    if networks is None:
        sparse = guess(*ends, asked.mode, max_minutes=MOST_MINUTES).tocoo()
        away = np.full(sparse.shape, np.inf)
        away[sparse.coords] = sparse.data
    else:
        away = travel.matrix(networks(asked.mode), *ends, max_minutes=MOST_MINUTES).dense()
    return away.T if comes else away


def _told(places: Places, wanted: Wanted, progress: Progress) -> dict[str, Any]:
    found = siting.place(
        places, wanted.objective, count=wanted.count, limit=wanted.max_minutes, progress=progress
    )
    weight = float(places.weight.sum())
    told = asdict(found) | {
        "sites": list(found.sites),
        "unreached": list(found.unreached),
        "objective": wanted.objective,
        "weight": weight,
    }
    if wanted.objective == "mean" and weight:
        told["mean"] = found.value / weight
    return told


def _read(file: Path) -> list[Row]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(f"{file}: no column {', '.join(missing)}; expected {','.join(COLUMNS)}")
            read = list(_rows(reader))
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}; expected a CSV file") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{file}: not a CSV file in UTF-8: {error}") from error
    faults = [row for row in read if isinstance(row, str)]
    if faults:
        raise InputError(f"{file}: " + "; ".join(faults))
    if not read:
        raise InputError(f"{file}: no rows; expected at least one")
    return [row for row in read if not isinstance(row, str)]


def _rows(reader: "csv.DictReader[str]") -> Iterator[Row | str]:
    for row in reader:
        demand, site = (row["demand"] or "").strip(), (row["site"] or "").strip()
        numbers = [_number(row[name]) for name in ("cost", "weight")]
        if not demand or not site:
            yield f"line {reader.line_num}: demand {demand!r}, site {site!r}; expected both"
        elif None in numbers:
            yield (
                f"line {reader.line_num}: cost {row['cost']!r}, weight {row['weight']!r}; "
                "expected finite numbers of 0 or more"
            )
        else:
            yield demand, site, float(numbers[0] or 0), float(numbers[1] or 0)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) and value >= 0 else None
