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
from geomatch.features import ACCESSIBILITY as ACCESSIBILITY
from geomatch.features import FEATURES as FEATURES
from geomatch.features import Feature as Feature
from geomatch.features import FeatureType as FeatureType
from geomatch.safeguarding import Check, Contact, Level, With
from geomatch.times import Opening as Opening
from geomatch.times import Window as Window
from geomatch.truth import Truth as Truth

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


PEOPLE = (ResourceKind.VOLUNTEER, ResourceKind.SKILL)
"""The kinds that are somebody: asked seldom, checked, and met."""


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

MOST_QUANTITY = 1_000_000


@dataclass(frozen=True, slots=True)
class Resource:
    """Something offered. ``point`` of a volunteer is the home: only the ``homes`` schema keeps it, and the
    middle of its postcode in place of it unless ``exact_home`` says that its owner wants the very place kept.

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
    check: Check | None = None
    set_up_minutes: int | None = None
    turn_round_minutes: int | None = None
    exact_home: bool = False

    def __post_init__(self) -> None:
        _require_text(f"{self.kind}", self.id, self.name)
        if self.exact_home and self.kind is not ResourceKind.VOLUNTEER:
            raise InputError(f"resource {self.id}: a {self.kind} with a home; expected a volunteer")
        if self.check and self.kind not in PEOPLE:
            raise InputError(f"resource {self.id}: a {self.kind} with a DBS check; expected a person")
        if not 1 <= self.quantity <= MOST_QUANTITY:
            raise InputError(f"resource {self.id}: quantity {self.quantity}; expected 1 to {MOST_QUANTITY}")
        _require_minutes(f"resource {self.id}", self.max_minutes)
        for minutes in (self.set_up_minutes, self.turn_round_minutes):
            if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
                raise InputError(f"resource {self.id}: {minutes} minutes kept free; expected 0 to 1440")
        _require_distinct(f"resource {self.id}", self.features)


@dataclass(frozen=True, slots=True)
class Role:
    """One thing a need asks for: a hall, a projector, two drivers.

    ``check`` is the least DBS level asked for, whatever ``contact`` calls for. ``carries`` names the role
    of the same need whose thing this one fetches and brings back.
    """

    id: str
    kind: ResourceKind
    subkind: str = ""
    substitutes: tuple[str, ...] = ()
    quantity: int = 1
    minimum: int = 1
    features: tuple[Feature, ...] = ()
    max_minutes: float | None = None
    contact: Contact = field(default_factory=Contact)
    check: Level = Level.NONE
    carries: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.minimum <= self.quantity <= MOST_QUANTITY or self.quantity < 1:
            raise InputError(
                f"role {self.id}: minimum {self.minimum} of quantity {self.quantity}; "
                f"expected a quantity of 1 to {MOST_QUANTITY} and a minimum no greater"
            )
        person = self.kind in PEOPLE
        if not person and (
            self.contact.people is not With.NOBODY or self.check is not Level.NONE or self.carries
        ):
            raise InputError(
                f"role {self.id}: a {self.kind} has contact, a check or carries; expected that of people only"
            )
        _require_minutes(f"role {self.id}", self.max_minutes)
        _require_distinct(f"role {self.id}", self.features)


@dataclass(frozen=True, slots=True)
class Need:
    """What a community asks for. Without windows, any time will do.

    An ``aspiration`` is what it would like one day: it has no time and asks for nothing in particular yet.
    """

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
    aspiration: bool = False

    def __post_init__(self) -> None:
        _require_text("need", self.id, self.title)
        if self.aspiration and (self.roles or self.windows or self.asked or self.closes):
            raise InputError(
                f"need {self.id}: an aspiration has a time or asks for a thing; expected neither"
            )
        if not self.roles and not self.aspiration:
            raise InputError(f"need {self.id}: no roles; expected at least one thing asked for")
        if len({role.id for role in self.roles}) != len(self.roles):
            raise InputError(f"need {self.id}: two roles of the same name; expected each once")
        _require_carried(self.id, self.roles)
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


def _require_carried(need: str, roles: tuple[Role, ...]) -> None:
    things = {role.id for role in roles if role.kind is ResourceKind.EQUIPMENT}
    wrong = [role.carries for role in roles if role.carries and role.carries not in things]
    if wrong:
        raise InputError(f"need {need}: carries {', '.join(wrong)}; expected a role that asks for equipment")
