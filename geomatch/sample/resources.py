"""Resources of six kinds with calendars, access and catchments, offered by the sample's organisations."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import shapely

from geomatch.model import (
    ACCESSIBILITY,
    FEATURES,
    FeatureType,
    Mode,
    Organisation,
    Point,
    ResourceKind,
    Travels,
)
from geomatch.sample import ground
from geomatch.sample.ground import Spot
from geomatch.sample.offers import (
    COUNTS,
    EQUIPMENT,
    FUND,
    INFORMATION,
    OFFERS,
    SKILL,
    VENUE,
    VOLUNTEER,
    Offer,
)
from geomatch.sample.people import Postcodes

Row = dict[str, object]

_TRAVELS = {
    VENUE: Travels.BENEFICIARY,
    EQUIPMENT: Travels.CARRIED,
    VOLUNTEER: Travels.RESOURCE,
    SKILL: Travels.RESOURCE,
    FUND: Travels.NOBODY,
    INFORMATION: Travels.NOBODY,
}
_MINUTES = {VENUE: (), EQUIPMENT: (20, 25, 30), VOLUNTEER: (10, 15, 15, 20, 25), SKILL: (25, 30, 40)}
"""Travel budgets one way, minutes by car; a venue sets none."""

TOWN_RESIDENTS = 2_500
"""From here on a settlement is a town, and enough people live there to be named after."""

_REGULAR = ("Mon", "Tue", "Wed", "Thu", "Fri")


def made(
    organisations: Sequence[Organisation],
    homes: Sequence[Spot],
    postcodes: Postcodes,
    base: date,
    rng: np.random.Generator,
) -> list[Row]:
    """Rows of the resources' template, sorted by id. ``homes`` are the organisations' settlements."""
    used: Counter[str] = Counter()
    rows: list[Row] = []
    for kind, total in COUNTS.items():
        offers = OFFERS[kind]
        counts = ground.shares(np.array([offer.weight for offer in offers], dtype=float), total)
        for offer, count in zip(offers, counts, strict=True):
            for owner in _owners(offer, homes, count, rng):
                spot, organisation = homes[owner], organisations[owner]
                row = _resource(len(rows) + 1, kind, offer, spot, rng)
                named = _town_near(spot, homes) if kind is VOLUNTEER else spot.place.name
                row["name"] = _unique(str(row["name"]).format(named), used)
                row["organisation"] = "" if kind is VOLUNTEER and rng.random() < 0.5 else organisation.id
                row |= _position(kind, spot, organisation, postcodes, rng) | _dated(kind, base, rng)
                row |= _checked(offer, base, rng)
                rows.append(row)
    return rows


def _owners(offer: Offer, homes: Sequence[Spot], count: int, rng: np.random.Generator) -> list[int]:
    """Numbers of organisations that offer it, places spread before any has a second."""
    able = np.array([k for k, spot in enumerate(homes) if spot.place.residents >= offer.fewest])
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, int, int]] = []
    for owner in rng.permutation(able).tolist():
        name = homes[owner].place.name
        ranked.append((seen[name] // (1 + homes[owner].place.residents // 4000), len(ranked), owner))
        seen[name] += 1
    ranked.sort()
    return [owner for _, _, owner in (ranked * (count // len(ranked) + 1))[:count]]


def _town_near(home: Spot, spots: Sequence[Spot]) -> str:
    """The nearest town: a hamlet in a volunteer's name would say more than the map may."""
    towns = [spot.place for spot in spots if spot.place.residents >= TOWN_RESIDENTS]
    return min(towns, key=lambda town: (math.dist(town.point, home.place.point), town.name)).name


def _unique(name: str, used: Counter[str]) -> str:
    used[name] += 1
    return name if used[name] == 1 else f"{name} ({used[name]})"


def _resource(number: int, kind: ResourceKind, offer: Offer, spot: Spot, rng: np.random.Generator) -> Row:
    minutes = _MINUTES.get(kind, ())
    budget = int(rng.choice(minutes)) if minutes else ""
    low, high = offer.quantity
    return {
        "id": f"res-{number:04d}",
        "kind": kind,
        "subkind": offer.subkind,
        "name": offer.names[int(rng.integers(0, len(offer.names)))],
        "description": f"Illustrative {kind} of the sample county.",
        "quantity": int(rng.integers(low, high + 1)),
        "travels": offer.travels or _TRAVELS[kind],
        "mode": Mode.CYCLE if kind is VOLUNTEER and rng.random() < 0.06 else Mode.CAR,
        "max_minutes": budget,
        "catchment": _catchment(kind, spot, budget, rng),
        "features": _features(kind, offer, rng),
    }


def _position(
    kind: ResourceKind, spot: Spot, organisation: Organisation, postcodes: Postcodes, rng: np.random.Generator
) -> Row:
    """Where it is: halls and things near their organisation, volunteers at homes of their own."""
    point: Point = ground.point_about(spot.place, rng)
    if kind in (SKILL, FUND, INFORMATION) and organisation.point:
        point = organisation.point
    return {"postcode": postcodes.near(point), "easting": int(point[0]), "northing": int(point[1])}


def _dated(kind: ResourceKind, base: date, rng: np.random.Generator) -> Row:
    verified = base + timedelta(days=int(rng.integers(-40, 420)))
    return {
        "openings": _openings(kind, rng),
        "verified_until": str(verified) if rng.random() < 0.85 else "",
    }


def _checked(offer: Offer, base: date, rng: np.random.Generator) -> Row:
    """A DBS check somebody saw within the last four years, so that some are too old; or none."""
    if not offer.checks:
        return {}
    levels = [level for level, _ in offer.checks]
    chances = [chance for _, chance in offer.checks]
    luck, age, wait = rng.random(), int(rng.integers(20, 1400)), int(rng.integers(3, 20))
    at = int(np.searchsorted(np.cumsum(chances), luck, side="right"))
    if at == len(levels):
        return {}
    issued = base - timedelta(days=age)
    seen = issued + timedelta(days=wait)
    return {"dbs_level": levels[at], "dbs_issued": issued, "dbs_seen": seen, "dbs_seen_by": "A coordinator"}


def _catchment(kind: ResourceKind, spot: Spot, budget: int | str, rng: np.random.Generator) -> str:
    luck = rng.random()
    if kind in (VENUE, EQUIPMENT, INFORMATION):
        return "anywhere"
    if kind is FUND:
        return f"parishes {spot.parish}" if spot.parish and luck < 0.35 else "anywhere"
    if luck < 0.12 and spot.parish:
        return f"parishes {spot.parish}"
    if luck < 0.24:
        return _polygon(spot.place.point, rng)
    return f"{budget} minutes" if luck < 0.8 else "anywhere"


def _polygon(point: Point, rng: np.random.Generator) -> str:
    """A hand-drawn looking catchment of eight corners, 4 to 9 km out."""
    bearing = np.arange(8) * np.pi / 4 + rng.uniform(0, 0.5)
    reach = rng.uniform(4000, 9000, 8)
    corners = np.round(point + np.column_stack([np.cos(bearing), np.sin(bearing)]) * reach[:, None])
    return str(shapely.to_wkt(shapely.Polygon(corners), rounding_precision=0))


def _features(kind: ResourceKind, offer: Offer, rng: np.random.Generator) -> str:
    """Features held, refused and unknown, in the words of the template."""
    stated: dict[str, str] = {}
    if kind is VENUE:
        for name in ACCESSIBILITY:
            stated[name] = str(rng.choice(("yes", "no", "unknown"), p=_access_chances(name)))
    for feature, chance in offer.features:
        name, _, span = feature.partition("=")
        held = rng.random() < chance
        if FEATURES[name] is FeatureType.NUMBER:
            low, high = (int(end) for end in span.split(".."))
            if held:
                stated[name] = str(_rounded(int(rng.integers(low, high + 1)), name))
        else:
            stated[name] = "yes" if held else str(rng.choice(("no", "unknown")))
    return "; ".join(_item(name, value, rng) for name, value in stated.items())


def _access_chances(name: str) -> tuple[float, float, float]:
    """Yes, no, unknown."""
    if name in ("step_free", "accessible_toilet", "blue_badge_parking"):
        return 0.55, 0.2, 0.25
    return (0.3, 0.35, 0.35) if name == "hearing_loop" else (0.12, 0.48, 0.4)


def _rounded(value: int, name: str) -> int:
    step = 1 if name == "passengers" else 10 if value < 300 else 50
    return round(value / step) * step


def _item(name: str, value: str, rng: np.random.Generator) -> str:
    if name in ("first_aid", "food_hygiene") and value == "yes":
        return f"{name} until {date(2026, 12, 1) + timedelta(days=int(rng.integers(0, 900)))}"
    return name if value == "yes" else f"{name}={value}"


def _openings(kind: ResourceKind, rng: np.random.Generator) -> str:
    """When it is free; nobody has said so of one in twelve, and some kinds need no calendar."""
    if kind in (FUND, INFORMATION, SKILL) or rng.random() < 0.08:
        return ""
    if kind is VENUE:
        busy = rng.choice(_REGULAR, size=int(rng.integers(0, 4)), replace=False)
        order = [day for day in _REGULAR if day in busy]
        taken = [f"not {','.join(order)} 18:30-22:00"] if order else []
        mornings = [f"not {rng.choice(_REGULAR)} 09:00-12:30"] if rng.random() < 0.5 else []
        return "; ".join(["Mon-Sun 08:00-23:00", *taken, *mornings, "not 2026-12-25", "not 2026-12-26"])
    if kind is EQUIPMENT:
        return "Mon-Sun 07:00-23:30; not 2026-12-25"
    pattern = int(rng.integers(0, 4))
    return (
        "Mon-Fri 08:00-17:00",
        "Mon-Fri 17:30-22:00; Sat-Sun 08:00-22:00",
        f"{','.join(day for day in _REGULAR if rng.random() < 0.6) or 'Mon'} 08:00-21:00",
        "Mon-Sun 08:00-22:00; not 2026-12-25",
    )[pattern]
