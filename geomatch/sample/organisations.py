"""Organisations: councils, hall committees, clubs, churches, schools and charities, by size of place."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from geomatch.model import Organisation, Truth
from geomatch.sample import ground
from geomatch.sample.ground import Spot
from geomatch.sample.people import Postcodes

COUNT = 1_360

Kind = tuple[str, str, tuple[str, ...], Truth, int]
"""Name pattern, sector, themes, small or not, fewest residents of a place that has one."""

_SMALL, _BIG, _MAYBE = Truth.YES, Truth.NO, Truth.UNKNOWN
_KINDS: tuple[Kind, ...] = (
    ("{} Village Hall", "voluntary", ("community",), _SMALL, 40),
    ("{} Parish Council", "public", ("community", "environment"), _SMALL, 60),
    ("{} Parochial Church Council", "voluntary", ("faith", "heritage"), _SMALL, 50),
    ("{} Women's Institute", "voluntary", ("community", "crafts"), _SMALL, 150),
    ("{} Gardening Club", "voluntary", ("environment",), _SMALL, 250),
    ("{} Primary School", "public", ("children", "education"), _BIG, 350),
    ("{} Good Neighbours", "voluntary", ("older people", "transport"), _SMALL, 300),
    ("{} Cricket Club", "voluntary", ("sport",), _MAYBE, 350),
    ("{} Local History Society", "voluntary", ("heritage",), _SMALL, 500),
    ("{} Pre-school", "voluntary", ("children",), _SMALL, 500),
    ("{} Young Farmers' Club", "voluntary", ("young people", "farming"), _MAYBE, 600),
    ("{} Scout Group", "voluntary", ("young people",), _MAYBE, 900),
    ("{} Community Shop", "voluntary", ("community", "food"), _SMALL, 450),
    ("{} Football Club", "voluntary", ("sport",), _MAYBE, 900),
    ("{} Tennis Club", "voluntary", ("sport",), _SMALL, 1200),
    ("{} Food Bank", "voluntary", ("hardship", "food"), _SMALL, 2000),
    ("{} Men's Shed", "voluntary", ("wellbeing", "crafts"), _SMALL, 1500),
    ("{} Library Friends", "voluntary", ("education",), _SMALL, 2400),
    ("{} Town Council", "public", ("community",), _BIG, 2400),
    ("{} Community Transport", "voluntary", ("transport",), _MAYBE, 1800),
    ("{} Dramatic Society", "voluntary", ("arts",), _SMALL, 1500),
    ("{} Brass Band", "voluntary", ("arts",), _SMALL, 1800),
    ("{} Medical Practice", "private", ("health",), _BIG, 1500),
    ("{} Youth Club", "voluntary", ("young people",), _SMALL, 1500),
    ("{} Rotary Group", "voluntary", ("community", "hardship"), _MAYBE, 3000),
    ("{} Volunteer Bureau", "voluntary", ("community",), _MAYBE, 4000),
    ("{} Leisure Centre", "public", ("sport", "health"), _BIG, 3000),
    ("{} Civic Society", "voluntary", ("heritage",), _SMALL, 2400),
    ("{} Chamber of Trade", "private", ("business",), _MAYBE, 2400),
    ("{} Hospice Shop Volunteers", "voluntary", ("health",), _MAYBE, 2400),
    ("{} Choral Society", "voluntary", ("arts",), _SMALL, 1500),
    ("{} Repair Café", "voluntary", ("environment",), _SMALL, 1500),
    ("{} Carers' Circle", "voluntary", ("wellbeing",), _SMALL, 1500),
    ("{} Walking Group", "voluntary", ("wellbeing", "environment"), _SMALL, 400),
    ("{} Bell Ringers", "voluntary", ("faith", "arts"), _SMALL, 200),
    ("{} Wildlife Group", "voluntary", ("environment",), _SMALL, 300),
    ("{} Broadband Group", "voluntary", ("business",), _SMALL, 200),
    ("{} Flower Show", "voluntary", ("community",), _SMALL, 200),
)
_QUARTERS = (
    "North",
    "South",
    "East",
    "West",
    "Central",
    "Riverside",
    "Castle",
    "Abbey",
    "Station",
    "Park",
    "Old",
    "New",
)


def made(
    spots: Sequence[Spot], postcodes: Postcodes, rng: np.random.Generator
) -> tuple[list[Organisation], list[Spot]]:
    """``COUNT`` organisations sorted by id and the settlement of each; some lie past the border."""
    able = [spot for spot in spots if spot.place.residents >= 40]
    weight = np.array([spot.place.residents for spot in able], dtype=float) ** 0.62
    weight *= np.array([1.0 if spot.parish else 0.16 for spot in able]) * rng.uniform(0.4, 1.6, len(able))
    homes = [
        spot for spot, count in zip(able, ground.shares(weight, COUNT), strict=True) for _ in range(count)
    ]
    used: Counter[str] = Counter()
    made_so_far: Counter[str] = Counter()
    organisations = []
    for number, spot in enumerate(homes, 1):
        place = spot.place
        kinds = [kind for kind in _KINDS if kind[4] <= place.residents]
        kind = kinds[made_so_far[place.name] % len(kinds)]
        round_ = made_so_far[place.name] // len(kinds)
        made_so_far[place.name] += 1
        label = place.name if round_ == 0 else f"{place.name} {_QUARTERS[(round_ - 1) % len(_QUARTERS)]}"
        organisations.append(
            _organisation(number, _unique(kind[0].format(label), used), kind, spot, postcodes, rng)
        )
    return organisations, homes


def _unique(name: str, used: Counter[str]) -> str:
    used[name] += 1
    return name if used[name] == 1 else f"{name} ({used[name]})"


def _organisation(
    number: int, name: str, kind: Kind, spot: Spot, postcodes: Postcodes, rng: np.random.Generator
) -> Organisation:
    _, sector, themes, small, _ = kind
    point = ground.point_about(spot.place, rng)
    slug = f"org-{number:04d}"
    return Organisation(
        id=slug,
        name=name,
        description=f"Illustrative. Active in and around {spot.place.name}.",
        sector=sector,
        themes=themes,
        small=small if rng.random() < 0.8 else Truth.UNKNOWN,
        point=point,
        postcode=postcodes.near(point),
        email=f"{slug}@sample.invalid" if rng.random() < 0.7 else None,
        telephone=f"01632 960{rng.integers(0, 1000):03d}" if rng.random() < 0.5 else None,
    )
