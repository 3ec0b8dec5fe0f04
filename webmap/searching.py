"""A search as an address asks it: every parameter read here, for the page and for other programs alike."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from geomatch import crs
from geomatch.errors import InputError
from geomatch.locate import Located, Match
from geomatch.matching import wishes
from geomatch.matching.wishes import LAYOUTS, Condition
from geomatch.model import Mode, ResourceKind
from geomatch.services import finding, occasions, search
from geomatch.services.found import Found
from geomatch.services.occasions import Occasions
from geomatch.services.search import Asked
from webmap import filters, here
from webmap.errors import ParameterError, UnreadableError
from webmap.filters import Arguments

T = TypeVar("T")

PARAMETERS = (
    "county", "near", "spot", "kind", "subkind", "max_minutes", "radius_metres", "mode", "at",
    "for_minutes", "seats", "layout", "units", "feature", "max_pence", "back", "widen", "limit",
)  # fmt: skip
_MOST_EACH = 20
_LONGEST = 100
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_SUBKIND = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


def found(arguments: Arguments) -> Found:
    """What a search gives. Raises ParameterError or UnreadableError naming the parameter that is wrong."""
    asked = read(arguments)
    return search.search(here.connection(), here.county(), place(arguments), asked, now=datetime.now(UTC))


def read(arguments: Arguments) -> Asked:
    """The search that an address asks. Raises as ``found``."""
    kinds = several(arguments, "kind", tuple(map(str, ResourceKind)))
    if not kinds:
        raise ParameterError("kind", f"one of {', '.join(ResourceKind)}", None)
    minutes = filters.whole(arguments, "for_minutes", default=occasions.USUAL_MINUTES, most=1440, least=1)
    seats = filters.once(arguments, "seats")
    return Asked(
        kinds=tuple(ResourceKind(kind) for kind in kinds),
        subkinds=_subkinds(arguments),
        mode=Mode(filters.one_of(arguments, "mode", tuple(map(str, Mode))) or Mode.CAR),
        max_minutes=_number(arguments, "max_minutes", search.WIDEST_MINUTES),
        radius_metres=_number(arguments, "radius_metres", search.WIDEST_METRES),
        when=_when(arguments, minutes),
        minutes=minutes,
        conditions=_conditions(arguments),
        units=filters.whole(arguments, "units", default=1, most=search.MOST_UNITS, least=1),
        seats=filters.whole(arguments, "seats", default=1, most=search.MOST_SEATS, least=1)
        if seats
        else None,
        layouts=several(arguments, "layout", tuple(LAYOUTS)) or tuple(LAYOUTS),
        limit=filters.whole(
            arguments, "limit", default=search.USUAL_RESULTS, most=search.MOST_RESULTS, least=1
        ),
        widen=_yes(arguments, "widen", default=True),
        back=_yes(arguments, "back", default=False),
    )


def place(arguments: Arguments) -> Match:
    """The place that ``near`` means, among several the one at ``spot``. Raises as ``found``."""
    located = understood(arguments)
    spot = filters.spot(arguments)
    if spot is not None and located.matches:
        easting, northing = crs.from_lonlat(*spot)
        return located.nearest((float(easting), float(northing))) or located.matches[0]
    if not located.matches:
        raise UnreadableError("near", located.understood)
    if located.best is None:
        choices = "; ".join(match.label for match in located.matches)
        raise UnreadableError("near", f"{located.understood} {choices}")
    return located.best


def understood(arguments: Arguments) -> Located:
    """Every place that ``near`` may mean. Raises UnreadableError for a text that cannot be a place."""
    text = filters.once(arguments, "near")
    if text is None:
        raise ParameterError("near", "a postcode, village, hall, grid reference or coordinates", None)
    return _said("near", lambda: finding.locate(here.connection(), here.county(), text))


def several(arguments: Arguments, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """A parameter that may be given several times, each time one of some words."""
    given = _given(arguments, name)
    for each in given:
        if each not in allowed:
            raise ParameterError(name, "one of " + ", ".join(allowed), each)
    return given


def _given(arguments: Arguments, name: str) -> tuple[str, ...]:
    """Every value of a parameter that says anything, each once."""
    given = tuple(dict.fromkeys(text.strip() for text in arguments.getlist(name) if text.strip()))
    if len(given) > _MOST_EACH:
        raise ParameterError(name, f"it {_MOST_EACH} times at most", f"{len(given)} times")
    for text in given:
        if len(text) > _LONGEST:
            raise ParameterError(name, f"{_LONGEST} letters at most", text)
    return given


def _subkinds(arguments: Arguments) -> tuple[str, ...]:
    given = _given(arguments, "subkind")
    for text in given:
        if not _SUBKIND.fullmatch(text):
            raise ParameterError("subkind", "a word such as village_hall", text)
    return given


def _conditions(arguments: Arguments) -> tuple[Condition, ...]:
    found = _said("feature", lambda: wishes.conditions(_given(arguments, "feature")))
    pence = filters.once(arguments, "max_pence")
    if pence is None:
        return found
    if not _NUMBER.fullmatch(pence):
        raise ParameterError("max_pence", "a number of pence an hour, such as 1000", pence)
    return (*found, wishes.price(float(pence)))


def _when(arguments: Arguments, minutes: int) -> Occasions | None:
    text = filters.once(arguments, "at")
    if text is None:
        return None
    seasons = partial(occasions.seasons, here.connection(), here.county().id)
    return _said("at", lambda: occasions.read(text, today=today(), minutes=minutes, seasons=seasons))


def today() -> date:
    """Today in Britain."""
    return datetime.now(ZoneInfo("Europe/London")).date()


def _number(arguments: Arguments, name: str, most: float) -> float | None:
    text = filters.once(arguments, name)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text) or not 0 < float(text) <= most:
        raise ParameterError(name, f"a number above 0, at most {most:g}", text)
    return float(text)


def _yes(arguments: Arguments, name: str, *, default: bool) -> bool:
    text = filters.one_of(arguments, name, ("yes", "no"))
    return default if text is None else text == "yes"


def _said(name: str, read: Callable[[], T]) -> T:
    """What the engine makes of a parameter; its refusal names the parameter."""
    try:
        return read()
    except InputError as refused:
        raise UnreadableError(name, str(refused)) from refused


def address(arguments: Arguments) -> dict[str, list[str]]:
    """The search again as parameters of an address, what says nothing left out."""
    kept = {name: [text for text in arguments.getlist(name) if text.strip()] for name in PARAMETERS}
    return {name: texts for name, texts in kept.items() if texts and name != "county"}
