"""Minutes to volunteers as anybody may hear them: by fives, as everywhere in public.

A matching counts them from the mask, so they lead to it and not to the home, however many are asked for.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from geomatch.matching.ranking import STEP_MINUTES, in_fives
from geomatch.model import ResourceKind


def minutes(assignments: Sequence[Mapping[str, Any]], kinds: Mapping[str, str]) -> dict[int, float]:
    """By an assignment's place the minutes to tell of it, for those to a volunteer; ``kinds`` by resource."""
    return {
        at: in_fives(row["minutes"])
        for at, row in enumerate(assignments)
        if kinds[row["resource"]] == ResourceKind.VOLUNTEER
    }


def ladders(steps: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Ladders by need as the pages may tell them: how much further volunteers would have to go, by fives."""
    return {need: [_told(step) for step in mine] for need, mine in steps.items()}


def _told(step: Mapping[str, Any]) -> dict[str, Any]:
    helpers = [{**helper, "minutes": None} if _moves(helper) else helper for helper in step["with"]]
    told = {**step, "with": helpers}
    if step["change"] in ("minutes", "budget") and any(map(_moves, step["with"])):
        told["to"] = _by_fives(step["to"])
    return told


def _moves(helper: Mapping[str, Any]) -> bool:
    return bool(helper["kind"] == ResourceKind.VOLUNTEER)


def _by_fives(to: Any) -> Any:
    """As far as would be enough, and no closer."""
    if isinstance(to, dict):
        return {**to, "minutes": _by_fives(to["minutes"])}
    return float(STEP_MINUTES * math.ceil(to / STEP_MINUTES))
