"""Minutes to volunteers as anybody may hear them: from the mask, never from the home, and by fives.

Minutes from the home itself to fifty places would lead back to it, however they were rounded.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from geomatch.db import resources
from geomatch.db.runs import Material
from geomatch.matching.ranking import STEP_MINUTES
from geomatch.model import Mode, Point, ResourceKind, Travels
from geomatch.privacy import Masked
from geomatch.progress import Progress
from geomatch.services.journeys import Networks, Roads

FARTHEST = 180.0
"""Minutes that are told at most: as many are where no way leads from the mask."""


def minutes(
    connection: sa.Connection,
    county_id: int,
    assignments: Sequence[Mapping[str, Any]],
    material: Material,
    roads: tuple[Networks | None, Progress],
) -> dict[int, float]:
    """By an assignment's place the minutes to tell of it, for those to a volunteer."""
    offered = {row["ref"]: row for row in material.resources}
    people = {at: offered[row["resource"]] for at, row in enumerate(assignments) if _moves(offered, row)}
    masks = resources.public_masks(connection, county_id, [row["ref"] for row in people.values()])
    places = {row["ref"]: row for row in material.needs}
    ways = Roads(roads[0], FARTHEST, roads[1])
    told: dict[int, float] = {}
    for mode in Mode:
        mine = [at for at, row in people.items() if row["mode"] == mode and row["ref"] in masks]
        ends = [_end(assignments[at], places, offered) for at in mine]
        told |= _of_mode(ways, mode, mine, [masks[people[at]["ref"]] for at in mine], ends)
    return {at: told.get(at, _rounded(math.inf)) for at in people}


def ladders(
    connection: sa.Connection,
    county_id: int,
    steps: Mapping[str, Sequence[Mapping[str, Any]]],
    material: Material,
    roads: tuple[Networks | None, Progress],
) -> dict[str, list[dict[str, Any]]]:
    """Ladders by need as the pages may tell them: how much further somebody would have to go, by masks."""
    pairs = [(need, at) for need, mine in steps.items() for at, step in enumerate(mine) if _far(step)]
    asked = [
        {"need": need, "resource": helper["resource"], "given": None}
        for need, at in pairs
        for helper in _people(steps[need][at])
    ]
    found = iter(minutes(connection, county_id, asked, material, roads).values())
    told = {need: [_without_minutes(step) for step in mine] for need, mine in steps.items()}
    for need, at in pairs:
        step = told[need][at]
        most = max(next(found) for _ in _people(step))
        least = STEP_MINUTES * (math.floor(step["from"] / STEP_MINUTES) + 1)
        step["to"] = _with_minutes(step["to"], max(most, least))
    return told


def _far(step: Mapping[str, Any]) -> bool:
    return step["change"] in ("minutes", "budget") and bool(_people(step))


def _people(step: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [helper for helper in step["with"] if helper["kind"] == ResourceKind.VOLUNTEER]


def _without_minutes(step: Mapping[str, Any]) -> dict[str, Any]:
    """The step without minutes from anybody's home."""
    helpers = [
        {**helper, "minutes": None} if helper["kind"] == ResourceKind.VOLUNTEER else helper
        for helper in step["with"]
    ]
    return {**step, "with": helpers}


def _with_minutes(to: Any, count: float) -> Any:
    return {**to, "minutes": count} if isinstance(to, dict) else count


def _moves(offered: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return bool(offered[row["resource"]]["kind"] == ResourceKind.VOLUNTEER)


def _end(row: Mapping[str, Any], places: Mapping[str, Any], offered: Mapping[str, Any]) -> tuple[Any, bool]:
    """Where somebody goes, and whether they fetch what is there and bring it back."""
    if row["given"] is None:
        return places[row["need"]], False
    thing = offered[row["given"]["resource"]]
    return thing, thing["travels"] == Travels.CARRIED


def _of_mode(
    ways: Roads, mode: Mode, rows: list[int], masks: list[Masked], ends: list[tuple[Any, bool]]
) -> dict[int, float]:
    """All journeys of one mode at once: from every mask to every end, of which each row takes its own."""
    if not rows:
        return {}
    starts = {point: at for at, point in enumerate(dict.fromkeys(each.point for each in masks))}
    stops = {point: at for at, point in enumerate(dict.fromkeys(_point(end) for end, _ in ends))}
    here, there = np.array(list(starts)), np.array(list(stops))
    out = ways.one_way(mode, here, there).toarray()
    back = ways.one_way(mode, there, here).toarray().T if any(fetched for _, fetched in ends) else out
    told = {}
    for at, masked, (end, fetched) in zip(rows, masks, ends, strict=True):
        pair = starts[masked.point], stops[_point(end)]
        legs = [out[pair], back[pair]] if fetched else [out[pair]]
        told[at] = _rounded(sum(legs) if all(legs) else math.inf)
    return told


def _point(row: Any) -> Point:
    return float(row["x"]), float(row["y"])


def _rounded(found: float) -> float:
    return float(STEP_MINUTES * math.floor(min(found, FARTHEST) / STEP_MINUTES + 0.5))
