"""The words: what a need, a role, a resource, an area and an organisation are.

Every value checks itself when it is made, so a value that exists is valid and nobody checks again.
Points are ``(easting, northing)`` in EPSG:27700 metres. Dates and times are Europe/London wall time,
without a zone. Unknown is ``None`` or ``Truth.UNKNOWN``, never "no".
"""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

import shapely

from geomatch.errors import InputError
from geomatch.times import Opening as Opening
from geomatch.times import Window as Window

Point = tuple[float, float]
"""Easting, northing in EPSG:27700 metres."""

GssCode = NewType("GssCode", str)
"""A nine-character code of the Government Statistical Service, such as E04011198."""

_GSS = re.compile(r"[EWSNK]\d{8}")
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})")


def gss_code(text: str) -> GssCode:
    """A GSS code, capitals and spaces mended. Raises InputError for anything else."""
    code = text.strip().upper()
    if not _GSS.fullmatch(code):
        raise InputError(f"{text!r} is not a GSS code; expected a letter and eight digits, such as E04011198")
    return GssCode(code)


def postcode(text: str) -> str:
    """A unit postcode in its usual spelling, ``SY7 8BQ``, from any spacing and case.

    Raises InputError when the text has not the shape of a postcode.
    """
    found = _POSTCODE.fullmatch(re.sub(r"\s+", "", text).upper())
    if not found:
        raise InputError(f"{text!r} is not a postcode; expected something like SY7 8BQ")
    return f"{found[1]} {found[2]}"


class Truth(StrEnum):
    """Yes, no or unknown. Unknown never passes as yes, and never counts as no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class AreaKind(StrEnum):
    PARISH = "parish"
    DIVISION = "division"
    LJC = "ljc"
    LAD = "lad"
    LSOA = "lsoa"


class ResourceKind(StrEnum):
    VENUE = "venue"
    EQUIPMENT = "equipment"
    VOLUNTEER = "volunteer"
    SKILL = "skill"
    FUND = "fund"
    INFORMATION = "information"


class Travels(StrEnum):
    """Who travels, and so which way the minutes run."""

    RESOURCE = "resource"
    """The resource comes to the need: a volunteer, a mobile library."""
    BENEFICIARY = "beneficiary"
    """People go to the resource: a hall."""
    CARRIED = "carried"
    """Somebody fetches it and brings it back: a projector."""
    NOBODY = "nobody"
    """It reaches the need without a journey: a grant, a leaflet."""


class Mode(StrEnum):
    CAR = "car"
    FOOT = "foot"
    CYCLE = "cycle"


class FeatureType(StrEnum):
    TRUTH = "truth"
    NUMBER = "number"
    TEXT = "text"


FEATURES: dict[str, FeatureType] = {
    "step_free": FeatureType.TRUTH,
    "hearing_loop": FeatureType.TRUTH,
    "accessible_toilet": FeatureType.TRUTH,
    "changing_places": FeatureType.TRUTH,
    "blue_badge_parking": FeatureType.TRUTH,
    "quiet_space": FeatureType.TRUTH,
    "kitchen": FeatureType.TRUTH,
    "stage": FeatureType.TRUTH,
    "blackout": FeatureType.TRUTH,
    "projector": FeatureType.TRUTH,
    "hdmi": FeatureType.TRUTH,
    "wifi": FeatureType.TRUTH,
    "heating": FeatureType.TRUTH,
    "storage": FeatureType.TRUTH,
    "outdoor_space": FeatureType.TRUTH,
    "alcohol_licence": FeatureType.TRUTH,
    "music_licence": FeatureType.TRUTH,
    "portable": FeatureType.TRUTH,
    "needs_van": FeatureType.TRUTH,
    "own_vehicle": FeatureType.TRUTH,
    "welsh": FeatureType.TRUTH,
    "first_aid": FeatureType.TRUTH,
    "food_hygiene": FeatureType.TRUTH,
    "d1_licence": FeatureType.TRUTH,
    "dbs_basic": FeatureType.TRUTH,
    "dbs_enhanced": FeatureType.TRUTH,
    "dbs_barred_lists": FeatureType.TRUTH,
    "seats_theatre": FeatureType.NUMBER,
    "seats_tables": FeatureType.NUMBER,
    "standing": FeatureType.NUMBER,
    "passengers": FeatureType.NUMBER,
    "pounds": FeatureType.NUMBER,
    "pence_per_hour": FeatureType.NUMBER,
    "deposit_pence": FeatureType.NUMBER,
    "theme": FeatureType.TEXT,
    "layout_note": FeatureType.TEXT,
}
"""Every attribute a resource may state and a role may ask for, with its type."""

ACCESSIBILITY = (
    "step_free",
    "hearing_loop",
    "accessible_toilet",
    "changing_places",
    "blue_badge_parking",
    "quiet_space",
)
"""The attributes that say who can use a place, shown first and always, unknown included."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One stated attribute, or one asked for. ``until`` is the last day on which it holds.

    A role that asks for a number asks for at least that much; a truth asked for must be ``yes``.
    """

    name: str
    value: Truth | float | str
    until: date | None = None

    def __post_init__(self) -> None:
        if self.name not in FEATURES:
            raise InputError(f"unknown feature {self.name!r}; expected one of {', '.join(sorted(FEATURES))}")
        wanted = {FeatureType.TRUTH: Truth, FeatureType.NUMBER: float, FeatureType.TEXT: str}[self.type]
        if not isinstance(self.value, wanted) or (wanted is str and isinstance(self.value, Truth)):
            raise InputError(f"feature {self.name!r} has the value {self.value!r}; expected a {self.type}")
        if isinstance(self.value, float) and not 0 <= self.value < 1e9:
            raise InputError(
                f"feature {self.name!r} has the value {self.value!r}; expected 0 to 1,000,000,000"
            )

    @property
    def type(self) -> FeatureType:
        return FEATURES[self.name]


@dataclass(frozen=True, slots=True)
class Area:
    """A parish, division, LJC or authority, as it stood at its set's vintage.

    ``geometry`` is a Polygon or MultiPolygon on EPSG:27700. ``code`` is the GSS code where one exists,
    else a slug. ``outside`` marks a neighbour kept for context.
    """

    kind: str
    code: str
    name: str
    geometry: shapely.Geometry
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Membership:
    """One parish (or the part of it in ``division``) in a group such as an LJC, from and to given days.

    ``valid_to`` is the first day on which it is no longer true.
    """

    group_kind: str
    group_name: str
    parish: str
    division: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    zone: str | None = None
    confidence: str | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if self.valid_from and self.valid_to and self.valid_from >= self.valid_to:
            raise InputError(
                f"parish {self.parish} in {self.group_name}: valid_from {self.valid_from} "
                f"is not before valid_to {self.valid_to}"
            )


@dataclass(frozen=True, slots=True)
class Organisation:
    id: str
    name: str
    description: str = ""
    sector: str = "voluntary"
    themes: tuple[str, ...] = ()
    small: Truth = Truth.UNKNOWN
    point: Point | None = None
    postcode: str | None = None
    url: str | None = None
    email: str | None = None
    telephone: str | None = None

    def __post_init__(self) -> None:
        _require_text("organisation", self.id, self.name)
        if self.sector not in SECTORS:
            raise InputError(f"organisation {self.id}: sector {self.sector!r}; expected {', '.join(SECTORS)}")


SECTORS = ("voluntary", "public", "private")


@dataclass(frozen=True, slots=True)
class Catchment:
    """The area a resource will serve: anywhere, so many minutes, a drawn polygon, or named parishes."""

    kind: str = "anywhere"
    minutes: float | None = None
    polygon: shapely.Geometry | None = None
    parishes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        given = {
            "anywhere": True,
            "minutes": self.minutes is not None and 0 < self.minutes <= MOST_MINUTES,
            "polygon": self.polygon is not None,
            "parishes": bool(self.parishes),
        }
        if self.kind not in given:
            raise InputError(f"catchment {self.kind!r}; expected {', '.join(given)}")
        if not given[self.kind]:
            raise InputError(
                f"a catchment by {self.kind} needs its {self.kind} (minutes: 0 to {MOST_MINUTES})"
            )


MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Resource:
    """Something offered. ``point`` of a volunteer is the exact home: only the ``homes`` schema keeps it.

    ``max_minutes`` is the travel budget one way. No ``openings`` means that nobody has told us when it is
    free, not that it never is. Minutes kept before and after a booking are ``None`` where they are as usual.
    """

    id: str
    kind: ResourceKind
    name: str
    organisation: str | None = None
    subkind: str = ""
    description: str = ""
    point: Point | None = None
    postcode: str | None = None
    quantity: int = 1
    travels: Travels = Travels.BENEFICIARY
    mode: Mode = Mode.CAR
    max_minutes: float | None = None
    catchment: Catchment = field(default_factory=Catchment)
    features: tuple[Feature, ...] = ()
    openings: tuple[Opening, ...] = ()
    verified_until: date | None = None
    set_up_minutes: int | None = None
    turn_round_minutes: int | None = None

    def __post_init__(self) -> None:
        _require_text(f"{self.kind}", self.id, self.name)
        if self.quantity < 1:
            raise InputError(f"resource {self.id}: quantity {self.quantity}; expected 1 or more")
        _require_minutes(f"resource {self.id}", self.max_minutes)
        for minutes in (self.set_up_minutes, self.turn_round_minutes):
            if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
                raise InputError(f"resource {self.id}: {minutes} minutes kept free; expected 0 to 1440")
        _require_distinct(f"resource {self.id}", self.features)


@dataclass(frozen=True, slots=True)
class Role:
    """One thing a need asks for: a hall, a projector, two drivers."""

    id: str
    kind: ResourceKind
    subkind: str = ""
    substitutes: tuple[str, ...] = ()
    quantity: int = 1
    minimum: int = 1
    features: tuple[Feature, ...] = ()
    max_minutes: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.minimum <= self.quantity or self.quantity < 1:
            raise InputError(
                f"role {self.id}: minimum {self.minimum} of quantity {self.quantity}; "
                "expected a quantity of 1 or more and a minimum no greater"
            )
        _require_minutes(f"role {self.id}", self.max_minutes)
        _require_distinct(f"role {self.id}", self.features)


@dataclass(frozen=True, slots=True)
class Need:
    """What a community asks for. Without windows, any time will do."""

    id: str
    title: str
    roles: tuple[Role, ...]
    organisation: str | None = None
    description: str = ""
    point: Point | None = None
    postcode: str | None = None
    parish: str | None = None
    weight: float = 1.0
    all_or_nothing: bool = True
    asked: date | None = None
    closes: date | None = None
    mode: Mode = Mode.CAR
    max_minutes: float | None = None
    windows: tuple[Window, ...] = ()

    def __post_init__(self) -> None:
        _require_text("need", self.id, self.title)
        if not self.roles:
            raise InputError(f"need {self.id}: no roles; expected at least one thing asked for")
        if len({role.id for role in self.roles}) != len(self.roles):
            raise InputError(f"need {self.id}: two roles of the same name; expected each once")
        if not 0 < self.weight <= 1000:
            raise InputError(f"need {self.id}: weight {self.weight}; expected more than 0, at most 1000")
        _require_minutes(f"need {self.id}", self.max_minutes)


def _require_text(what: str, identifier: str, name: str) -> None:
    if not identifier.strip() or not name.strip():
        raise InputError(f"{what} {identifier!r}: {name!r} has no id or no name; expected both")


def _require_minutes(what: str, minutes: float | None) -> None:
    if minutes is not None and not 0 < minutes <= MOST_MINUTES:
        raise InputError(f"{what}: max_minutes {minutes}; expected more than 0, at most {MOST_MINUTES}")


def _require_distinct(what: str, features: tuple[Feature, ...]) -> None:
    names = [feature.name for feature in features]
    if len(set(names)) != len(names):
        raise InputError(f"{what}: the same feature twice in {', '.join(names)}")
