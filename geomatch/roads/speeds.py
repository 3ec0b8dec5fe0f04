"""How fast one gets along, by road class, built-up or not, and mode: one table a county may override.

These are average speeds over whole journeys, bends and ordinary junctions included, not limits. Sources:

* Cars. DfT: local A roads in Shropshire average 35 mph (56 km/h) in 2017, 35.6 mph at peak in 2014; all
  England's local A roads 25.2 to 27.3 mph in 2017-2020; the strategic road network 59 mph. Free-flow
  averages at sites without bends or junctions in 2019: motorway 69 mph, single carriageways with a limit
  of 60 mph 50 mph, roads with a limit of 30 mph 31 mph. No official average for minor rural roads is
  known: MINOR, LOCAL, ACCESS and TRACK are our estimates, a single-track lane being 25 to 35 km/h.
* Walking 4.8 km/h, cycling 15 km/h: as in DfT's Journey Time Statistics (4.8 and 16), hills not counted.
* Rural A and B roads are not offered for walking unless a pavement or a right to walk is recorded: they
  are unlit, have no footway and a limit of 60 mph. Nor are dual carriageways for cycling.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.roads.classes import MODES, RoadClass

Pace = tuple[float | None, float | None]
"""km/h in the open and in a built-up area; ``None`` is not offered."""

WALK_KMH = 4.8
"""Walking pace, also between a place and the road beside it."""

LIMIT_SHARE = 0.85
"""Share of a stated speed limit that a car averages at best: junctions and bends cost 10 to 20 %."""

FASTEST_KMH = 200.0


@dataclass(frozen=True, slots=True)
class ClassSpeeds:
    """One row of the table: km/h by mode, each in the open and built-up."""

    car: Pace
    foot: Pace
    cycle: Pace

    def __post_init__(self) -> None:
        for column in fields(self):
            _check_pace(column.name, getattr(self, column.name))


def _check_pace(mode: str, pace: Pace) -> None:
    right = len(pace) == 2 and all(kmh is None or 0 < kmh <= FASTEST_KMH for kmh in pace)
    if not right:
        raise InputError(
            f"speed by {mode} {pace!r}; expected two numbers in km/h, in the open and built-up, "
            f"each more than 0 and at most {FASTEST_KMH:.0f}, or none where it is not offered"
        )


@dataclass(frozen=True, slots=True)
class SpeedTable:
    """Average speed of every road class. Raises InputError when a class has no row."""

    rows: Mapping[RoadClass, ClassSpeeds]

    def __post_init__(self) -> None:
        missing = [road_class.name.lower() for road_class in RoadClass if road_class not in self.rows]
        if missing:
            raise InputError(f"speed table without {', '.join(missing)}; expected a row for every road class")
        object.__setattr__(self, "rows", MappingProxyType(dict(self.rows)))

    def kmh(self) -> NDArray[np.float64]:
        """Shape (1 + highest class number, 2: open and built-up, 3 modes), km/h, ``nan`` not offered."""
        table = np.full((max(RoadClass) + 1, 2, len(MODES)), np.nan)
        for road_class, row in self.rows.items():
            for column, mode in enumerate(MODES):
                table[road_class, :, column] = np.array(getattr(row, mode.value), dtype=np.float64)
        return table

    def overridden(self, changes: Mapping[str, Mapping[str, object]]) -> "SpeedTable":
        """A table with some speeds changed, such as ``{"b": {"car": [48, 30]}}``; 0 is not offered.

        Raises InputError for an unknown class or mode, or a speed out of range.
        """
        rows = dict(self.rows)
        for name, paces in changes.items():
            road_class = _class_named(name)
            _check_modes(name, paces)
            changed = {mode: _pair(pace) for mode, pace in paces.items()}
            rows[road_class] = replace(rows[road_class], **changed)
        return SpeedTable(rows)


def _pair(pace: object) -> Pace:
    if not isinstance(pace, list | tuple) or len(pace) != 2 or not all(_is_speed(kmh) for kmh in pace):
        raise InputError(f"speed {pace!r}; expected two numbers in km/h, in the open and built-up")
    return pace[0] or None, pace[1] or None


def _is_speed(kmh: object) -> bool:
    return kmh is None or (isinstance(kmh, int | float) and not isinstance(kmh, bool))


def _class_named(name: str) -> RoadClass:
    try:
        return RoadClass[name.upper()]
    except KeyError:
        known = ", ".join(road_class.name.lower() for road_class in RoadClass)
        raise InputError(f"unknown road class {name!r} in the speeds; expected one of {known}") from None


def _check_modes(name: str, paces: Mapping[str, object]) -> None:
    unknown = sorted(set(paces) - {mode.value for mode in MODES})
    if unknown:
        modes = ", ".join(unknown)
        raise InputError(f"unknown mode {modes} in the speeds of {name}; expected car, foot or cycle")


_ON_FOOT: Pace = (WALK_KMH, WALK_KMH)
_IN_TOWN_ON_FOOT: Pace = (None, WALK_KMH)
_BY_CYCLE: Pace = (15, 15)
_NEVER: Pace = (None, None)

SPEEDS = SpeedTable(
    {
        # km/h              car: open, built-up      on foot                by cycle
        RoadClass.MOTORWAY: ClassSpeeds((100, 100), _NEVER, _NEVER),
        RoadClass.A_DUAL: ClassSpeeds((88, 32), _IN_TOWN_ON_FOOT, (None, 15)),
        RoadClass.A_PRIMARY: ClassSpeeds((64, 32), _IN_TOWN_ON_FOOT, _BY_CYCLE),
        RoadClass.A_OTHER: ClassSpeeds((56, 32), _IN_TOWN_ON_FOOT, _BY_CYCLE),
        RoadClass.B: ClassSpeeds((50, 30), _IN_TOWN_ON_FOOT, _BY_CYCLE),
        RoadClass.MINOR: ClassSpeeds((42, 30), _ON_FOOT, _BY_CYCLE),
        RoadClass.LOCAL: ClassSpeeds((34, 28), _ON_FOOT, _BY_CYCLE),
        RoadClass.ACCESS: ClassSpeeds((18, 18), _ON_FOOT, _BY_CYCLE),
        RoadClass.LINK: ClassSpeeds((35, 28), _IN_TOWN_ON_FOOT, _BY_CYCLE),
        RoadClass.TRACK: ClassSpeeds((15, 15), _ON_FOOT, (10, 10)),
        RoadClass.PATH: ClassSpeeds(_NEVER, _ON_FOOT, (10, 10)),
        RoadClass.CYCLEWAY: ClassSpeeds(_NEVER, _ON_FOOT, _BY_CYCLE),
        RoadClass.STEPS: ClassSpeeds(_NEVER, (2.4, 2.4), _NEVER),
        RoadClass.FERRY: ClassSpeeds((10, 10), (10, 10), (10, 10)),
    }
)
"""The table in force where a county says nothing else. A ferry with a stated duration keeps that."""
