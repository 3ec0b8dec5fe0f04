"""Plain words for what the engine says in codes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import flask

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
    "unmatched": "Needs still unmatched",
    "matched": "Needs matched",
    "offers": "Offers",
}
STATES = {
    "unmatched": "not matched yet",
    "matched": "matched",
    "waiting": "waiting to be looked at",
    "met": "met",
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
    "dbs_basic": "Basic DBS check",
    "dbs_enhanced": "Enhanced DBS check",
    "dbs_barred_lists": "DBS check with barred lists",
    "seats_theatre": "Seats in rows",
    "seats_tables": "Seats at tables",
    "standing": "Standing room",
    "needs_van": "Needs a van",
    "pounds": "Pounds",
    "pence_per_hour": "Price an hour",
    "deposit_pence": "Deposit",
}
_TESTS = {
    "kind": "of another kind",
    "attributes": "missing something that is asked for",
    "availability": "not free at the time",
    "catchment": "not offered to this place",
    "budget": "further away than they go",
    "travel": "too far away",
    "freshness": "not confirmed lately",
}
"""What became of a thing that a hard test of the matching ruled out."""
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


def period(starts: datetime | None, ends: datetime | None) -> str:
    """``Thursday 3 December 2026, 14:00 to 16:30``; both days when they differ."""
    if starts is None or ends is None:
        return "any time"
    if starts.date() == ends.date():
        return f"{starts:%A} {day(starts)}, {starts:%H:%M} to {ends:%H:%M}"
    return f"{starts:%A} {day(starts)}, {starts:%H:%M} to {ends:%A} {day(ends)}, {ends:%H:%M}"


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
    if days:
        told += " on " + _listed([_DAYS.get(each, each) for each in days])
    if "UNTIL" in parts:
        until = parts.pop("UNTIL")
        told += " until " + day(date(int(until[:4]), int(until[4:6]), int(until[6:8])))
    if "COUNT" in parts:
        told += f", {parts.pop('COUNT')} times"
    return told + "".join(f", {name} {value}" for name, value in parts.items())


def kind(code: str, count: int = 1) -> str:
    """``a venue``, ``venues``; several codes in one text become ``a venue and a volunteer``."""
    return _listed([KINDS.get(each, (each, each))[0 if count == 1 else 1] for each in code.split()])


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


def why_short(reason: str, detail: Mapping[str, Any]) -> str:
    """Why a need is unmatched, in half a line."""
    if reason == "competition":
        others = len(detail.get("needs", ())) - 1
        return f"shared out among {plural(others, 'other need')}" if others > 0 else "not enough to go round"
    if reason == "no-candidate":
        left = [each for each in detail.get("eliminated", ()) if each.get("count")]
        return f"nothing suitable; the last were {_test(left[-1]['test'])}" if left else "nothing suitable"
    return {"quota": "held back by a limit on an area"}.get(reason, "its parts could not be brought together")


def eliminated(detail: Mapping[str, Any]) -> tuple[int, str]:
    """How many things were looked at, and what became of them: ``41 are of another kind and 25 …``."""
    tests: Sequence[Mapping[str, Any]] = [each for each in detail.get("eliminated", ()) if each.get("count")]
    told = [f"{each['count']:,} {_be(each['count'])} {_test(each['test'])}" for each in tests]
    return sum(each["count"] for each in tests), _listed(told)


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def _test(name: str) -> str:
    return _TESTS.get(name, f"ruled out by {name.replace('-', ' ').replace('_', ' ')}")


def _listed(parts: Sequence[str]) -> str:
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
        eliminated=eliminated,
        feature=feature,
        kind=kind,
        minutes=minutes,
        period=period,
        plural=plural,
        repeats=repeats,
        value=value,
        why_short=why_short,
    )
    app.jinja_env.filters["day"] = day
