"""Residents at output areas, postcodes and names: who lives where, and what places are called."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from scipy.spatial import KDTree

from geomatch import crs
from geomatch.model import Area, AreaKind, Point
from geomatch.sample import ground
from geomatch.sample.facts import Facts
from geomatch.sample.ground import Spot
from geomatch.sample.noise import Floats

RESIDENTS = 323_606
"""Usual residents of Shropshire (Census 2021, Office for National Statistics)."""

OUTPUT_AREAS = 1_050
ADDRESSES = 26
"""Residents to a postcode, about."""

_PER_LSOA = 5
_AGES = {
    "Aged 15 years and under": 0.157,
    "Aged 16 to 24 years": 0.085,
    "Aged 25 to 34 years": 0.101,
    "Aged 35 to 49 years": 0.162,
    "Aged 50 to 64 years": 0.234,
    "Aged 65 years and over": 0.261,
}
"""Shares of the county's residents by age, rounded."""

Row = dict[str, object]


def output_areas(spots: Sequence[Spot], rng: np.random.Generator) -> tuple[list[Row], list[Row]]:
    """Output areas (lon, lat) and residents by age of the small areas they belong to.

    Every parish has one point at least. The residents sum to ``RESIDENTS``.
    """
    by_parish: dict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        if spot.parish:
            by_parish[spot.parish].append(spot)
    codes = sorted(by_parish)
    people = np.array([sum(spot.place.residents for spot in by_parish[code]) for code in codes], dtype=float)
    counts = [1 + more for more in ground.shares(np.maximum(people - 300, 1), OUTPUT_AREAS - len(codes))]
    points, lived = [], []
    for code, count, total in zip(codes, counts, people, strict=True):
        points.append(_spread(by_parish[code], count, rng))
        lived += [total / count] * count
    where = np.vstack(points)
    groups = _grouped(where)
    return _points(where, groups), _ages(np.array(lived), groups)


def _spread(spots: Sequence[Spot], count: int, rng: np.random.Generator) -> Floats:
    weights = np.array([spot.place.residents for spot in spots], dtype=float)
    each = ground.shares(weights, count)
    return np.vstack([ground.about(spot.place, n, rng) for spot, n in zip(spots, each, strict=True)])


def _grouped(where: Floats) -> list[int]:
    """The number of the small area of each point: neighbours by fives, from the west eastwards."""
    left = dict.fromkeys(np.lexsort((where[:, 1], where[:, 0])).tolist())
    tree, groups, number = KDTree(where), [0] * len(where), 0
    while left:
        first = next(iter(left))
        reach = 16
        while len(
            near := [k for k in tree.query(where[first], min(reach, len(where)))[1] if k in left]
        ) < min(_PER_LSOA, len(left)):
            reach *= 2
        for member in near[:_PER_LSOA]:
            groups[member] = number
            del left[member]
        number += 1
    return groups


def _points(where: Floats, groups: Sequence[int]) -> list[Row]:
    lon, lat = crs.to_lonlat(*where.T)
    return [
        {
            "oa21cd": f"E0099{number:04d}",
            "lsoa21cd": f"E0199{group:04d}",
            "lon": f"{lon[number]:.6f}",
            "lat": f"{lat[number]:.6f}",
        }
        for number, group in enumerate(groups)
    ]


def _ages(lived: Floats, groups: Sequence[int]) -> list[Row]:
    totals = ground.shares(np.bincount(groups, weights=lived).astype(np.float64), RESIDENTS)
    ages = np.array(list(_AGES.values()))
    return [
        {
            "lsoa21_code": f"E0199{number:04d}",
            "lsoa21_name": f"Shropshire {number // 5 + 1:03d}{'ABCDE'[number % 5]} (illustrative)",
            "age_group": age,
            "usual_residents": people,
        }
        for number, total in enumerate(totals)
        for age, people in zip(_AGES, ground.shares(ages, total), strict=True)
    ]


class Postcodes:
    """Illustrative postcodes: real outward codes, inward ones that Royal Mail never gives.

    Royal Mail uses none of C, I, K, M, O and V in an inward code; every one of ours has one of them.
    """

    def __init__(
        self, facts_outward: dict[str, Point], spots: Sequence[Spot], rng: np.random.Generator
    ) -> None:
        self._names = sorted(facts_outward)
        self._tree = KDTree([facts_outward[name] for name in self._names])
        counts = [
            1 + spot.place.residents // (ADDRESSES if spot.parish else ADDRESSES * 15) for spot in spots
        ]
        self.points = np.vstack(
            [ground.about(spot.place, n, rng) for spot, n in zip(spots, counts, strict=True)]
        )
        self.codes = self._numbered(self.points)
        self._near = KDTree(self.points)

    def _numbered(self, points: Floats) -> list[str]:
        used: Counter[str] = Counter()
        codes = []
        for nearest in self._tree.query(points)[1]:
            outward = self._names[nearest]
            digit, letters = divmod(used[outward], len(_LETTERS))
            codes.append(f"{outward} {digit}{_LETTERS[letters]}")
            used[outward] += 1
        return codes

    def near(self, point: Point) -> str:
        """The postcode nearest to a point."""
        return self.codes[int(self._near.query(point)[1])]

    def district(self, point: Point) -> str:
        """The outward code nearest to a point."""
        return self._names[int(self._tree.query(point)[1])]

    def rows(self, areas: Sequence[Area]) -> list[Row]:
        """An extract of Code-Point Open with a header, sorted by postcode."""
        inside = ground.codes_at(AreaKind.DIVISION, areas, self.points)
        return sorted(
            (
                {
                    "postcode": code,
                    "positional_quality_indicator": 10,
                    "eastings": int(e),
                    "northings": int(n),
                    "admin_district_code": "E06000051" if division else "",
                    "admin_ward_code": division or "",
                }
                for code, (e, n), division in zip(self.codes, self.points, inside, strict=True)
            ),
            key=lambda row: str(row["postcode"]),
        )


_NEVER = "CIKMOV"
_LETTERS = sorted(
    a + b
    for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    if a in _NEVER or b in _NEVER
)

_LOCAL_TYPES = {"town": "Town", "village": "Village", "hamlet": "Hamlet"}


def names(facts: Facts, spots: Sequence[Spot], postcodes: Postcodes) -> list[Row]:
    """An extract of OS Open Names with a header: settlements and hills."""
    rows = [
        _name(spot.place.name, "populatedPlace", _LOCAL_TYPES[spot.place.kind], spot.place.point, postcodes)
        | {"DISTRICT_BOROUGH": "", "COUNTY_UNITARY": "Shropshire" if spot.parish else ""}
        for spot in spots
    ]
    for name, ridge in sorted(facts.ridges.items()):
        middle = ridge.interpolate(0.5, normalized=True)
        rows.append(
            _name(name, "landform", "Hill Or Mountain Ranges", (round(middle.x), round(middle.y)), postcodes)
            | {"DISTRICT_BOROUGH": "", "COUNTY_UNITARY": "Shropshire"}
        )
    return [{"ID": f"sample{number:05d}"} | row for number, row in enumerate(rows, 1)]


def _name(name: str, kind: str, local: str, point: Point, postcodes: Postcodes) -> Row:
    return {
        "NAME1": name,
        "NAME2": "",
        "TYPE": kind,
        "LOCAL_TYPE": local,
        "GEOMETRY_X": int(point[0]),
        "GEOMETRY_Y": int(point[1]),
        "POSTCODE_DISTRICT": postcodes.district(point),
        "POPULATED_PLACE": "",
    }
