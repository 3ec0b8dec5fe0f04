"""Plain words for what the engine says in codes."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import flask
from markupsafe import Markup, escape

from geomatch.model import ACCESSIBILITY, FEATURES

KINDS = {
    "venue": ("a venue", "venues"),
    "equipment": ("equipment", "equipment"),
    "volunteer": ("a volunteer", "volunteers"),
    "skill": ("a skill", "skills"),
    "fund": ("funding", "funding"),
    "information": ("information", "information"),
}
"""Each kind as one says it of one and of many."""
AREAS = {
    "ljc": ("Local Joint Committee", "Local Joint Committees"),
    "parish": ("parish", "parishes"),
    "division": ("division", "divisions"),
}
SHOW = {
    "all": "Needs and offers",
    "needs": "All needs",
    "unmatched": "Needs not matched yet",
    "matched": "Needs matched",
    "offers": "Offers",
    "aspirations": "Wishes for one day",
}
STATES = {
    "unmatched": "not matched yet",
    "matched": "matched",
    "waiting": "waiting to be looked at",
    "met": "met",
    "aspiration": "one day",
}
MODES = {"car": "by car", "foot": "on foot", "cycle": "by cycle"}
TRAVELS = {
    "resource": "Comes to where it is needed",
    "beneficiary": "People come to it",
    "carried": "Fetched and brought back",
    "nobody": "Needs no journey",
}
FEATURE_WORDS = {
    "step_free": "Step-free",
    "hdmi": "HDMI",
    "wifi": "Wi-Fi",
    "welsh": "Speaks Welsh",
    "d1_licence": "D1 licence (minibus)",
    "seats_theatre": "Seats in rows",
    "seats_tables": "Seats at tables",
    "standing": "Standing room",
    "needs_van": "Needs a van",
    "pounds": "Pounds",
    "pence_per_hour": "Price an hour",
    "deposit_pence": "Deposit",
}
_DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday"} | {
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_EVERY = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 need``, ``2,600 needs``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def day(value: date | None) -> str:
    """``3 December 2026``; nothing for no day."""
    return f"{value.day} {value:%B %Y}" if value else ""


def weekday(value: date) -> str:
    """``Thu 3 Dec``."""
    return f"{value:%a} {value.day} {value:%b}"


def hours(spans: Sequence[tuple[str, str]]) -> str:
    """``09:00 to 12:00 and 13:00 to 17:00``, or ``all day``; nothing for none."""
    if list(spans) == [("00:00", "24:00")]:
        return "all day"
    return listed([f"{begin} to {end}" for begin, end in spans]) if spans else ""


def period(starts: datetime | None, ends: datetime | None) -> str:
    """``Thursday 3 December 2026, 14:00 to 16:30``; both days when they differ."""
    if starts is None or ends is None:
        return "any time"
    if starts.date() == ends.date():
        return f"{starts:%A} {day(starts)}, {starts:%H:%M} to {ends:%H:%M}"
    if starts.time() == ends.time() == time() and ends.date() - starts.date() == timedelta(days=1):
        return f"{starts:%A} {day(starts)}, all day"
    return f"{starts:%A} {day(starts)}, {starts:%H:%M} to {ends:%A} {day(ends)}, {ends:%H:%M}"


def opens(starts: datetime, ends: datetime, rrule: str | None) -> str:
    """When something is open or closed: ``08:00 to 23:00 every day, from 7 September 2026``."""
    if not rrule:
        return period(starts, ends)
    if ends - starts > timedelta(days=1):
        return f"{period(starts, ends)}, {repeats(rrule)}"
    return f"{hours([(f'{starts:%H:%M}', _end(starts, ends))])} {repeats(rrule)}, from {day(starts)}"


def _end(starts: datetime, ends: datetime) -> str:
    """The hour at which a span ends, midnight as the end of its day."""
    return "24:00" if ends.time() == time() and ends > starts else f"{ends:%H:%M}"


def repeats(rrule: str | None) -> str:
    """An RFC 5545 rule in words; what it has beyond days, interval and end is shown as it is written."""
    if not rrule:
        return "once"
    try:
        return _repeats(rrule)
    except ValueError:
        return f"repeating by the rule {rrule}"


def _repeats(rrule: str) -> str:
    parts = dict(part.split("=", 1) for part in rrule.split(";") if "=" in part)
    step, every = int(parts.pop("INTERVAL", "1")), _EVERY.get(parts.pop("FREQ", ""), "time")
    told = f"every {every}" if step == 1 else f"every {step} {every}s"
    days = parts.pop("BYDAY", "").split(",") if "BYDAY" in parts else []
    if told == "every week" and set(days) == set(_DAYS):
        told = "every day"
    elif days:
        told += " on " + listed([_DAYS.get(each, each) for each in days])
    if "UNTIL" in parts:
        until = parts.pop("UNTIL")
        told += " until " + day(date(int(until[:4]), int(until[4:6]), int(until[6:8])))
    if "COUNT" in parts:
        told += f", {parts.pop('COUNT')} times"
    return told + "".join(f", {name} {value}" for name, value in parts.items())


def kind(code: str, count: int = 1) -> str:
    """``a venue``, ``venues``; several codes in one text become ``a venue and a volunteer``."""
    return listed([KINDS.get(each, (each, each))[0 if count == 1 else 1] for each in code.split()])


def feature(name: str) -> str:
    """A feature's name in words."""
    return FEATURE_WORDS.get(name) or name.replace("_", " ").capitalize()


def value(stated: Mapping[str, Any] | None, name: str) -> str:
    """What is stated of a feature: yes, no, unknown, a number, a price or a text."""
    if stated is None:
        return "unknown"
    if stated["truth"] is not None:
        return str(stated["truth"])
    if stated["number"] is None:
        return str(stated["text"])
    if "pence" in name:
        return f"£{stated['number'] / 100:,.2f}"
    return f"£{stated['number']:,.0f}" if name == "pounds" else f"{stated['number']:,.0f}"


def minutes(count: float | None, resource_kind: str = "") -> str:
    """Minutes one way in words; a volunteer's are to the nearest 5, so ``about``."""
    if count is None:
        return ""
    if resource_kind == "volunteer":
        return f"about {count:.0f} minutes" if count >= 5 else "less than 5 minutes"
    return plural(round(count), "minute")


def near_here(unmatched: int, needs: int, offers: int, aspirations: int = 0) -> str:
    """What a mark stands for: ``3 needs not matched yet and 46 offers near here``."""
    told = [plural(aspirations, "wish", "wishes") + " for one day"] if aspirations else []
    if unmatched:
        told.append(plural(unmatched, "need") + " not matched yet")
    elif needs:
        told.append("every need matched")
    if offers:
        told.append(plural(offers, "offer"))
    return listed(told) + " near here"


def record(thing: str, kind_: str | None, state: str | None) -> str:
    """What one record is: ``Need, not matched yet``, ``Wish for one day`` or ``Offer: a venue``."""
    if thing == "aspiration":
        return "Wish for one day"
    return f"Need, {STATES[state]}" if thing == "need" and state else f"Offer: {kind(kind_ or '')}"


def state(need: Mapping[str, Any]) -> str:
    """The state of a need with its ``status``, ``reason`` and ``matched``: one of ``STATES``."""
    if need["aspiration"]:
        return "aspiration"
    if need["status"] == "met":
        return "met"
    return "unmatched" if need["reason"] else "matched" if need["matched"] else "waiting"


_SHORT = re.compile(r"\b(?:pa|dbs|tv)\b")


def plain(code: str) -> str:
    """A code as one reads it: ``village_hall`` as ``village hall``."""
    return _SHORT.sub(lambda found: found[0].upper(), code.replace("_", " ").replace("-", " "))


def capital(text: str) -> str:
    """The same with a capital to begin with; what is in capitals stays so."""
    return text[:1].upper() + text[1:]


def sentence(text: str | None) -> Markup:
    """A text with a capital, a full stop, and what stands between backticks as code."""
    text = (text or "").strip()
    if not text:
        return Markup("")
    text = text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def listed(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def attach(app: flask.Flask) -> None:
    """Make the words known to templates."""
    app.jinja_env.globals.update(
        ACCESSIBILITY=ACCESSIBILITY,
        AREAS=AREAS,
        FEATURES=FEATURES,
        KINDS=KINDS,
        MODES=MODES,
        SHOW=SHOW,
        STATES=STATES,
        TRAVELS=TRAVELS,
        feature=feature,
        hours=hours,
        kind=kind,
        minutes=minutes,
        near_here=near_here,
        opens=opens,
        period=period,
        plural=plural,
        repeats=repeats,
        state=state,
        value=value,
    )
    app.jinja_env.filters.update(capital=capital, day=day, plain=plain, sentence=sentence, weekday=weekday)
