"""The changes that would help a need, in plain sentences."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Any

from webmap.words import feature, listed, minutes, period, plain, plural

Step = Mapping[str, Any]
Names = Mapping[tuple[str, str], str]
"""Names by (need or resource, ref)."""
SHOWN = 5


def mentioned(steps: Sequence[Step]) -> dict[str, list[str]]:
    """Refs of the needs and resources that the first ``SHOWN`` changes speak of."""
    shown = steps[:SHOWN]
    return {
        "needs": [ref for step in shown for ref in step["displaces"]],
        "resources": [helper["resource"] for step in shown for helper in step["with"]],
    }


def told(steps: Sequence[Step], names: Names) -> list[str]:
    """The first ``SHOWN`` changes, each a sentence: what would change, who would serve, who would lose."""
    return [f"{_change(step, names)}; {_price(step, names)}." for step in steps[:SHOWN]]


def _change(step: Step, names: Names) -> str:
    who = _who(step, names)
    to, start = step["to"], step["from"]
    match step["change"]:
        case "minutes":
            return f"A search of {_at_least(to, step)} instead of {start:.0f} would reach {who}"
        case "slot":
            return f"{_when(to)}, {who} could serve it"
        case "attribute" if to["value"] is None:
            return f"Without asking for “{feature(to['name']).lower()}”, {who} would do"
        case "attribute":
            what = feature(to["name"]).lower()
            return f"With {to['value']:,.0f} instead of {start:,.0f} {what}, {who} would do"
        case "substitute":
            return f"With {plain(to['subkind'])} instead of {plain(start)}, {who} would do"
        case "quantity" if to["minimum"] == 0:
            return f"Without the {plain(to['role'])}, {who} could serve it"
        case "quantity":
            return f"With {to['minimum']} instead of {start} as {plain(to['role'])}, {who} could serve it"
        case "budget":
            return f"{who} could serve it by going {_at_least(to['minutes'], step)} instead of {start:.0f}"
        case _:
            return f"{who} could serve it once somebody confirms that what is offered still stands"


def _who(step: Step, names: Names) -> str:
    refs = list(dict.fromkeys(helper["resource"] for helper in step["with"]))
    known = [names.get(("resource", ref), ref) for ref in refs]
    return listed(known[:3] + ([f"{len(known) - 3} more"] if len(known) > 3 else []))


def _at_least(count: float, step: Step) -> str:
    """Minutes that are enough; a volunteer's are to the next 5."""
    if any(helper["kind"] == "volunteer" for helper in step["with"]):
        return minutes(5 * ceil(count / 5 - 1e-9), "volunteer")
    return plural(ceil(count - 1e-9), "minute")


def _when(slot: str) -> str:
    return period(*(datetime.fromisoformat(moment) for moment in slot.split("/")))


def _price(step: Step, names: Names) -> str:
    if step["displaces"]:
        losers = listed([f"“{names.get(('need', ref), ref)}”" for ref in step["displaces"]])
        return f"{losers} would lose what {'it has' if len(step['displaces']) == 1 else 'they have'}"
    return "nobody would lose theirs" if step["proved"] else "nobody need lose theirs for it"
