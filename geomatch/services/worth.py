"""Where one more of a kind would serve the most needs: for every parish, as if solved again with it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

import numpy as np
import sqlalchemy as sa

from geomatch.db import counties, reach, runs
from geomatch.db.runs import Material, Rows
from geomatch.errors import InputError, UnavailableError
from geomatch.matching import marginal, packed
from geomatch.matching.marginal import Extra
from geomatch.matching.problem import TIMELESS, Problem
from geomatch.matching.rules import Rules
from geomatch.model import PEOPLE, Mode, ResourceKind
from geomatch.progress import Progress, silent
from geomatch.services import freetime, journeys, reaching, slots
from geomatch.services.journeys import Networks
from geomatch.services.limits import limit
from geomatch.services.siting import TRAVELLED

KINDS = tuple(TRAVELLED)
"""The kinds for which it matters where they are."""

ASSUMED = (
    "One more at the inhabited middle of each parish, free whenever it is asked for, adequate for every role "
    "of its kind, within the needs' own limits of travel.",
    "A hall or a thing is lent to one need at a time; a person is asked once.",
    "Whoever may go to one of an event's halls may go to one more hall too.",
    "Everything else is as in the latest matching.",
)


@dataclass(frozen=True, slots=True)
class _Role:
    """A role of one kind as numbers of the problem: need, role within it, limit, and the need's slots."""

    need: int
    role: int
    row: int
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

    The problem is that of the latest run. Raises UnavailableError when none was kept, and InputError for a
    kind that nobody travels for. Only the owner may ask.
    """
    wrong = [str(kind) for kind in kinds if kind not in TRAVELLED]
    if wrong:
        raise InputError(f"kind {', '.join(wrong)}: nobody travels for it; expected {', '.join(TRAVELLED)}")
    with door.begin() as connection:
        county = counties.chosen(connection, slug)
        run = runs.latest(connection, county.id)
        kept = None if run is None else runs.kept_problem(connection, run["id"])
        if run is None or kept is None:
            raise UnavailableError(f"nothing was matched in {county.name} yet; type: geomatch match")
        progress("Reading the latest matching", 0, None)
        rules = Rules.of(county.settings.get("matching", {}))
        material = runs.material(connection, county.id, run["as_of"], ask_days=rules.ask_days)
        seats = reach.seats(connection, county.id, run["as_of"])
        networks = reaching.networks(connection, county.id, progress=progress)
        problem, when = _with_every_slot(packed.from_bytes(kept), material, run["as_of"])
        extras = [
            (kind, seat, extra)
            for kind in kinds
            for seat, extra in zip(
                seats,
                _extras(problem, list(_roles(problem, material, kind, when)), kind, _away(
                    material, (kind, seats), networks, progress
                )),
                strict=True,
            )
        ]  # fmt: skip
    told = marginal.gains(problem, [extra for _, _, extra in extras], progress=progress)
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


def _with_every_slot(
    problem: Problem, material: Material, day: date
) -> tuple[Problem, dict[str, tuple[int, ...]]]:
    """The problem with the slots of all windows, also those nobody was free in; each need's slots."""
    bare = replace(material, resources=(), openings=(), bookings=())
    times = freetime.times(bare, day)
    shared = slots.share(times)
    named: dict[str, set[str]] = defaultdict(set)
    for need, slot in zip(times.window_need.tolist(), shared.of_window.tolist(), strict=True):
        if slot != TIMELESS:
            named[material.needs[need]["ref"]].add(shared.names[slot])
    names = sorted({*problem.slots, *(name for several in named.values() for name in several)})
    number = {name: at for at, name in enumerate(names)}
    moved = np.array([*(number[name] for name in problem.slots), TIMELESS], dtype=np.int64)
    table = replace(problem.candidates, slot=moved[problem.candidates.slot])
    wanted = {ref: tuple(sorted(number[name] for name in several)) for ref, several in named.items()}
    return replace(problem, slots=tuple(names), candidates=table), wanted


def _roles(
    problem: Problem, material: Material, kind: ResourceKind, when: dict[str, tuple[int, ...]]
) -> Iterator[_Role]:
    """The roles of a kind that the run knew of."""
    number = {need.id: at for at, need in enumerate(problem.needs)}
    row = {need["id"]: at for at, need in enumerate(material.needs)}
    for role in material.roles:
        if role["need_id"] not in row or role["kind"] != kind:
            continue
        need = material.needs[row[role["need_id"]]]
        names = [one.id for one in problem.needs[number[need["ref"]]].roles] if need["ref"] in number else []
        if role["role"] in names:
            times = when.get(need["ref"], ()) if need["windows"] else (TIMELESS,)
            nearer = min(limit(need), role["max_minutes"] or np.inf)
            yield _Role(number[need["ref"]], names.index(role["role"]), row[need["id"]], nearer, times)


def _away(
    material: Material, where: tuple[ResourceKind, Rows], networks: Networks | None, progress: Progress
) -> Any:
    """(n_needs, n_seats) minutes of the longest single journey, ``inf`` out of reach."""
    kind, seats = where
    standing = [
        {"kind": kind, "x": seat["x"], "y": seat["y"], "travels": TRAVELLED[kind], "mode": Mode.CAR}
        for seat in seats
    ]
    way = journeys.to_needs(material.needs, cast(Rows, standing), networks, progress).way.tocoo()
    away = np.full(way.shape, np.inf)
    away[way.coords] = way.data
    return away


def _extras(problem: Problem, roles: list[_Role], kind: ResourceKind, away: Any) -> Iterator[Extra]:
    """One extra resource of the kind in each parish, with everybody whom it could serve."""
    for seat in range(away.shape[1]):
        rows = [
            (one.need, one.role, slot)
            for one in roles
            if away[one.row, seat] <= one.limit
            for slot in one.slots
        ]
        yield marginal.offer(f"one more {kind}", rows, problem.slots, once=kind in PEOPLE)
