"""The roles that patterns of needs are put together from: halls, things, helpers."""

from dataclasses import dataclass, field, replace

from geomatch.model import ResourceKind
from geomatch.safeguarding import Contact, With
from geomatch.truth import Truth

VENUE, EQUIPMENT, VOLUNTEER = ResourceKind.VENUE, ResourceKind.EQUIPMENT, ResourceKind.VOLUNTEER
SKILL, FUND, INFORMATION = ResourceKind.SKILL, ResourceKind.FUND, ResourceKind.INFORMATION


@dataclass(frozen=True, slots=True)
class Asked:
    """One role. ``features`` pairs what may be asked for with how likely it is; ``slack`` is how many fewer
    than the quantity will still do.
    """

    id: str
    kind: ResourceKind
    subkind: str = ""
    substitutes: tuple[str, ...] = ()
    quantities: tuple[int, ...] = (1,)
    slack: int = 0
    features: tuple[tuple[str, float], ...] = ()
    seats: tuple[int, ...] = ()
    minutes: float | None = None
    contact: Contact = field(default_factory=Contact)
    carries: str | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """One kind of need: hours of the day it may start at, hours it lasts, minutes of travel it bears."""

    title: str
    description: str
    roles: tuple[Asked, ...]
    times: tuple[int, ...] = (18, 19)
    hours: tuple[float, ...] = (2, 2.5, 3)
    minutes: tuple[int, ...] = (10, 15, 20)
    on_foot: bool = False


ACCESS = (("step_free", 0.3), ("accessible_toilet", 0.15), ("hearing_loop", 0.1))
HALL = Asked("venue", VENUE, features=ACCESS, seats=(30, 40, 60, 80))
ROOM = Asked("venue", VENUE, features=(("step_free", 0.25), ("heating", 0.2)))
KITCHEN = Asked("venue", VENUE, features=(("kitchen", 0.7), ("step_free", 0.3)), seats=(30, 40, 50))
STAGE = Asked("venue", VENUE, features=(("stage", 0.55), ("hearing_loop", 0.2)), seats=(60, 80, 100))
QUIET = Asked("venue", VENUE, features=(("wifi", 0.4), ("step_free", 0.4), ("quiet_space", 0.15)))


def thing(subkind: str, *features: tuple[str, float], substitutes: tuple[str, ...] = ()) -> Asked:
    """Equipment of a kind."""
    return Asked(subkind.split("_")[0], EQUIPMENT, subkind, substitutes, features=features)


def helper(subkind: str, *features: tuple[str, float], most: int = 1, minutes: float | None = None) -> Asked:
    """Volunteers of a kind, one of whom may be missing."""
    return Asked(
        subkind.split("_")[0],
        VOLUNTEER,
        subkind,
        quantities=tuple(range(1, most + 1)),
        slack=1,
        features=features,
        minutes=minutes,
    )


def skilled(subkind: str, *substitutes: str) -> Asked:
    """Somebody with a skill."""
    return Asked("skill", SKILL, subkind, substitutes)


def meeting(role: Asked, people: With, days: int, *, care: bool = False, supervised: bool = False) -> Asked:
    """The same role, on so many days in 30 with children or adults at risk, never overnight."""
    stated = (Truth.NO, Truth.YES)
    contact = Contact(people, days, Truth.NO, stated[care], stated[supervised])
    return replace(role, contact=contact)


DRIVER = helper("driver", ("own_vehicle", 0.6), most=2, minutes=20.0)
COOK = helper("kitchen_helper", ("food_hygiene", 0.4), most=3)
PROJECTOR = thing("projector", ("hdmi", 0.4))
PA = thing("pa_system", substitutes=("portable_pa",))
MINIBUS = thing("minibus", ("passengers=12", 0.6), substitutes=("people_carrier",))
