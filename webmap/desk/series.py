"""What repeats: how often, with which exceptions, and what was left out."""

from datetime import date, datetime

import flask
from werkzeug.datastructures import MultiDict

from geomatch.availability.patterns import Seasons
from geomatch.errors import InputError
from geomatch.model import Opening, Window
from geomatch.services import occasions, repeating
from geomatch.services.repeating import HOWS, Exceptions, Told
from webmap import filters, here
from webmap.errors import ParameterError, UnreadableError

REPEATS = {
    "1": "every week",
    "2": "every two weeks",
    "4": "every four weeks",
    "month": "each month, on the same weekday of it (1st, 2nd …)",
    "last": "each month, on the last such weekday",
    "words": "as I write it below",
}
"""How often something repeats, as a broker reads it."""
PLAIN = ("repeats", "words", "until", "only", "never", "also", "except")
"""Parameters of what repeats."""
MOST_DAYS = 110


def seasons() -> Seasons:
    """Named days that the county states."""
    return occasions.seasons(here.connection(), here.county().id)


def pattern(given: "MultiDict[str, str]", first: Window) -> tuple[Opening, date]:
    """How a window repeats, and until when. Raises ParameterError naming what is wrong."""
    how = filters.one_of(given, "repeats", tuple(REPEATS)) or "1"
    words = filters.once(given, "words") or ""
    if how == "words" and not words:
        raise ParameterError("words", "when it comes again, such as alternate Tue or 1st,3rd Thu", None)
    stated = seasons()
    but = Exceptions(
        _day("until", filters.once(given, "until") or ""),
        filters.one_of(given, "only", tuple(stated)),
        filters.one_of(given, "never", tuple(stated)),
        _days(given, "also"),
        tuple(sorted({*_days(given, "except"), *_unticked(given)})),
    )
    text = words if how == "words" else HOWS[how](first.starts.date())
    try:
        return repeating.pattern(text, first, but, stated), but.until
    except InputError as why:
        raise UnreadableError("words" if how == "words" else "until", str(why)) from why


def told(done: Told) -> str:
    """What became of a series, in a sentence."""
    times = "once" if done.proposed == 1 else f"{done.proposed} times"
    words = f"Proposed {times}. Everybody with an e-mail address has been asked once for all."
    return words + "".join(f" Not to be had: {why}." for why in done.refused)


def fields() -> dict[str, str]:
    """What the form said about repeating, to be sent again."""
    return {name: flask.request.form.get(name, "")[:1000] for name in PLAIN}


def _unticked(given: "MultiDict[str, str]") -> set[date]:
    """Dates that were offered, and that the broker took the tick from."""
    kept = set(given.getlist("date"))
    offered = given.getlist("offered")
    if len(offered) > MOST_DAYS:
        raise ParameterError("offered", f"at most {MOST_DAYS} days", str(len(offered)))
    return {_day("offered", each) for each in offered if each not in kept}


def _days(given: "MultiDict[str, str]", name: str) -> tuple[date, ...]:
    parts = (filters.once(given, name) or "").replace(",", " ").replace(";", " ").split()
    if len(parts) > MOST_DAYS:
        raise ParameterError(name, f"at most {MOST_DAYS} days", str(len(parts)))
    return tuple(_day(name, part) for part in parts)


def _day(name: str, text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ParameterError(name, "a day, such as 2027-03-31", text) from None
