"""Why a need is not matched, in plain words."""

from collections.abc import Mapping, Sequence
from typing import Any

import flask

from webmap.words import listed, plural

_TESTS = {
    "kind": "of another kind",
    "attributes": "not known to have everything it must have",
    "safeguarding": "not known to have a DBS check that is deep enough and still good",
    "availability": "not free at the time",
    "catchment": "not offered to this place",
    "budget": "further away than whoever offers it will go",
    "travel": "too far away",
    "freshness": "not confirmed lately",
}
"""What became of a thing that a hard test of the matching ruled out."""


def why_short(reason: str, detail: Mapping[str, Any]) -> str:
    """Why a need is unmatched, in half a line."""
    if reason == "competition":
        others = len(detail.get("needs", ())) - 1
        if others > 0:
            return f"not enough to go round between it and {plural(others, 'other need')}"
        return f"it asks for {detail.get('demand')}, and {detail.get('capacity')} can be had"
    if reason == "no-candidate":
        left = _ruled_out(detail)
        return f"nothing fits; what came nearest is {_test(left[-1]['test'])}" if left else "nothing fits"
    if reason == "quota":
        return "held back by a limit on an area"
    if reason == "not-yet":
        return "nothing that would serve it was on offer yet"
    return "others were served with what it could have had"


def eliminated(detail: Mapping[str, Any]) -> str:
    """What became of everything on offer: ``2,600 things are offered; 1,980 are of another kind. Of …``."""
    tests = _ruled_out(detail)
    looked = sum(each["count"] for each in tests)
    told = [f"{each['count']:,} {_be(each['count'])} {_test(each['test'])}" for each in tests]
    if len(told) < 2 or tests[0]["test"] != "kind":
        return f"Of {plural(looked, 'thing')} offered, {listed(told)}." if told else ""
    left = looked - tests[0]["count"]
    start = f"{plural(looked, 'thing is', 'things are')} offered; {told[0]}."
    if len(told) == 2:
        only = "The one other" if left == 1 else f"The other {left:,}"
        return f"{start} {only} {told[1].split(' ', 1)[1]}."
    return f"{start} Of the other {left:,}, {listed(told[1:])}."


def _ruled_out(detail: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [each for each in detail.get("eliminated", ()) if each.get("count")]


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def _test(name: str) -> str:
    return _TESTS.get(name, f"ruled out by {name.replace('-', ' ').replace('_', ' ')}")


def attach(app: flask.Flask) -> None:
    """Make the reasons known to templates."""
    app.jinja_env.globals.update(eliminated=eliminated, why_short=why_short)
