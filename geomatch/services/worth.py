"""Where one more of a kind would serve the most needs: for every parish, as if solved again with it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from geomatch.db import counties, reach, runs
from geomatch.db.runs import Material, Rows
from geomatch.errors import InputError, UnavailableError
from geomatch.matching import marginal
from geomatch.matching.marginal import Extra
from geomatch.matching.problem import TIMELESS, Policy
from geomatch.model import Mode, ResourceKind, Travels
from geomatch.progress import Progress, silent
from geomatch.services import journeys, matching, reaching, worlds
from geomatch.services.journeys import Networks
from geomatch.services.matching import BY_HEAD, Case
from geomatch.services.siting import TRAVELLED

KINDS = tuple(TRAVELLED)
"""The kinds for which it matters where they are."""

ASSUMED = (
    "One more at the inhabited middle of each parish, free whenever it is asked for, adequate for every role "
    "of its kind, within the needs' own limits of travel.",
    "A hall or a thing is lent to one need at a time; a person is asked once.",
    "Served: as many as the policy serves at best, confirmed matches and all else as in the latest matching.",
)


@dataclass(frozen=True, slots=True)
class _Asking:
    """The roles of one kind as numbers of the problem: need, role within it, limit, and the need's slots."""

    need: int
    role: int
    limit: float
    slots: tuple[int, ...]


def worth(
    door: sa.Engine,
    slug: str | None,
    kinds: Sequence[ResourceKind] = KINDS,
    *,
    progress: Progress = silent,
) -> dict[str, Any]:
    """For each kind and parish, how many more needs one extra resource there would serve, the most first.

    Needs, resources and policy are those of the latest run's day. Raises UnavailableError when nothing was
    matched yet, and InputError for a kind that nobody travels for.
    """
    wrong = [str(kind) for kind in kinds if kind not in TRAVELLED]
    if wrong:
        raise InputError(f"kind {', '.join(wrong)}: nobody travels for it; expected {', '.join(TRAVELLED)}")
    with door.begin() as connection:
        county = counties.chosen(connection, slug)
        run = runs.latest(connection, county.id)
        if run is None:
            raise UnavailableError(f"nothing was matched in {county.name} yet; type: geomatch match")
        asked = matching.Asked(county.slug, run["as_of"], Policy(run["policy"]))
        case = matching.read(connection, county.id, asked, progress=progress)
        material = runs.material(connection, county.id, run["as_of"])
        seats = reach.seats(connection, county.id, run["as_of"])
        networks = reaching.networks(connection, county.id, keep=True, progress=progress)
        extras = [
            (kind, seat, extra)
            for kind in kinds
            for seat, extra in zip(
                seats, _extras(case, material, (kind, seats), networks, progress), strict=True
            )
        ]
    told = marginal.gains(case.problem, [extra for _, _, extra in extras], progress=progress)
    rows = [
        {
            "kind": str(kind),
            "code": seat["code"],
            "name": seat["name"],
            "needs": gain.needs,
            "score": gain.score,
        }
        for (kind, seat, _), gain in zip(extras, told, strict=True)
    ]
    rows.sort(key=lambda row: (row["kind"], -row["needs"], -row["score"], row["code"]))
    return {"run": run["id"], "as_of": run["as_of"].isoformat(), "rows": rows, "assumed": list(ASSUMED)}


def by_kind(rows: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The rows of ``worth`` by kind, each in their order."""
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        told[row["kind"]].append(row)
    return dict(told)


def _extras(
    case: Case,
    material: Material,
    where: tuple[ResourceKind, Rows],
    networks: Networks | None,
    progress: Progress,
) -> Iterator[Extra]:
    """One extra resource of the kind in each parish, with everybody whom it could serve."""
    kind, seats = where
    asking = list(_asking(case, material, kind))
    minutes = journeys.minutes(material.needs, _standing(kind, seats), networks, progress)
    away = np.full(minutes.shape, np.inf)
    stored = minutes.tocoo()
    away[stored.coords] = stored.data
    for seat in range(len(seats)):
        rows = [
            (one.need, one.role, slot)
            for one in asking
            if away[one.need, seat] <= one.limit
            for slot in one.slots
        ]
        yield marginal.offer(f"one more {kind}", rows, case.problem.slots, once=kind in BY_HEAD)


def _asking(case: Case, material: Material, kind: ResourceKind) -> Iterator[_Asking]:
    number = {need.id: at for at, need in enumerate(case.problem.needs)}
    slot_number = {name: at for at, name in enumerate(case.problem.slots)}
    slots: dict[str, set[int]] = defaultdict(set)
    for ref, slot in case.windows:
        slots[ref].add(TIMELESS if slot is None else slot_number[slot])
    needs = {need["id"]: need for need in material.needs}
    for role in material.roles:
        need = needs.get(role["need_id"])
        if need is None or role["kind"] != kind:
            continue
        at = number[need["ref"]]
        within = [one.id for one in case.problem.needs[at].roles].index(role["role"])
        limit = min(worlds.limit(need), role["max_minutes"] or np.inf)
        times = sorted(slots[need["ref"]]) if need["windows"] else [TIMELESS]
        yield _Asking(at, within, limit, tuple(times))


def _standing(kind: ResourceKind, seats: Rows) -> Any:
    """Resources that are not there yet, one at each seat, as the journeys look at them."""
    travels: Travels = TRAVELLED[kind]
    return [{"x": seat["x"], "y": seat["y"], "travels": travels, "mode": Mode.CAR} for seat in seats]
