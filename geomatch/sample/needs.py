"""Needs made up for any county: what its parishes might ask for in the eight weeks from a given Monday."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from geomatch.model import FEATURES, Feature, FeatureType, Mode, Need, Point, Role, Truth, Window
from geomatch.sample import wants
from geomatch.sample.ground import shares
from geomatch.sample.roles import Asked, Want

DAYS = 56
"""Needs fall within so many days of their base."""

_WHOLE = (1.0, 1.0, 1.0, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class ParishSeat:
    """A parish and a point its needs gather about, EPSG:27700 metres. ``residents`` 0 means unknown."""

    code: str
    name: str
    easting: float
    northing: float
    residents: int = 0


def needs_for(
    parishes: Sequence[ParishSeat], *, seed: int, count: int | None = None, base: date
) -> list[Need]:
    """Needs for a county of which only parishes are known, sorted by id; the same for any order of parishes.

    Most can be met by a venue alone; some ask for people or things, which only a county with such resources
    can give. ``count`` is by default two for each parish and one more for every 400 residents.
    """
    ordered = sorted(parishes, key=lambda parish: parish.code)
    if not ordered:
        return []
    total = count if count is not None else 2 * len(ordered) + sum(p.residents for p in ordered) // 400
    rng = np.random.default_rng([seed, 7])
    return made(ordered, rng, total, base, wants.SIMPLE)


def made(
    parishes: Sequence[ParishSeat],
    rng: np.random.Generator,
    count: int,
    base: date,
    mix: Sequence[tuple[Want, int]],
    *,
    first: int = 1,
) -> list[Need]:
    """``count`` needs shared over parishes, small ones included, and the wants of ``mix`` by weight.

    Ids count from ``first``.
    """
    people = np.array([max(parish.residents, 150) for parish in parishes], dtype=float)
    pull = people**0.6 * rng.uniform(0.5, 1.5, len(people))
    whose = np.repeat(np.arange(len(parishes)), shares(pull, count))
    weights = np.array([weight for _, weight in mix], dtype=float)
    kinds = np.repeat(np.arange(len(mix)), shares(weights, count))
    rng.shuffle(whose)
    rng.shuffle(kinds)
    pairs = zip(whose.tolist(), kinds.tolist(), strict=True)
    return [
        _need(number, parishes[parish], mix[kind][0], base, rng)
        for number, (parish, kind) in enumerate(pairs, first)
    ]


def _need(number: int, parish: ParishSeat, want: Want, base: date, rng: np.random.Generator) -> Need:
    asked = base - timedelta(days=int(rng.integers(1, 60)))
    windows = _windows(want, base, rng)
    return Need(
        id=f"need-{number:04d}",
        title=f"{want.title}, {_short(parish.name)}",
        description=want.description,
        roles=tuple(_role(role, rng) for role in want.roles),
        point=_point(parish, rng),
        parish=parish.code,
        weight=float(rng.choice(_WHOLE)),
        all_or_nothing=bool(len(want.roles) > 1 or rng.random() < 0.85),
        asked=asked,
        closes=min((w.starts.date() for w in windows), default=base + timedelta(days=DAYS)),
        mode=Mode.FOOT if want.on_foot and rng.random() < 0.15 else Mode.CAR,
        max_minutes=float(rng.choice(want.minutes)) if want.minutes else None,
        windows=windows,
    )


def _short(name: str) -> str:
    return name.partition(",")[0].removesuffix(" Urban").removesuffix(" Rural")


def _point(parish: ParishSeat, rng: np.random.Generator) -> Point:
    reach = 150 + 6 * np.sqrt(max(parish.residents, 150))
    away, bearing = reach * np.sqrt(rng.random()), rng.uniform(0, 2 * np.pi)
    return (
        float(np.round(parish.easting + away * np.cos(bearing))),
        float(np.round(parish.northing + away * np.sin(bearing))),
    )


def _role(role: Asked, rng: np.random.Generator) -> Role:
    asked = [name for name, chance in role.features if rng.random() < chance]
    seats = float(rng.choice(role.seats)) if role.seats and rng.random() < 0.45 else None
    features = [_feature(name) for name in asked]
    if seats is not None:
        features.append(Feature("seats_theatre", seats))
    quantity = int(rng.choice(role.quantities))
    return Role(
        id=role.id,
        kind=role.kind,
        subkind=role.subkind,
        substitutes=role.substitutes,
        quantity=quantity,
        minimum=max(1, quantity - role.slack),
        features=tuple(features),
        max_minutes=role.minutes,
        contact=role.contact,
        carries=role.carries,
    )


def _feature(stated: str) -> Feature:
    name, _, number = stated.partition("=")
    return Feature(name, Truth.YES if FEATURES[name] is FeatureType.TRUTH else float(number))


def _windows(want: Want, base: date, rng: np.random.Generator) -> tuple[Window, ...]:
    """One to four windows of the same length at the want's times of day, none on Christmas Day."""
    if not want.times:
        return ()
    starts: set[datetime] = set()
    for _ in range(int(rng.integers(1, 5))):
        day = base + timedelta(days=int(rng.integers(3, DAYS)))
        if (day.month, day.day) not in ((12, 25), (12, 26), (1, 1)):
            starts.add(datetime.combine(day, time(int(rng.choice(want.times)), int(rng.choice((0, 30))))))
    hours = float(rng.choice(want.hours))
    first = datetime.combine(base + timedelta(days=3), time(want.times[0]))
    return tuple(Window(start, start + timedelta(hours=hours)) for start in sorted(starts) or [first])
