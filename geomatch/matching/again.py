"""Solving again after one change of one need, and who has lost what they had.

Small problems are solved again as a whole. In larger ones only the needs around are free to move
(``region``): those that the need pushes, directly or by way of others, and, since the policy counts
parishes, those that a parish better or worse off than before lets others push. Where every need asks one
unit this is exact: an optimum changes by one exchange through the need, and every need on it is among
those. Elsewhere it may miss a tie that a journey of somebody further off would break.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geomatch.matching import region, solve
from geomatch.matching.changes import Change, with_change
from geomatch.matching.problem import Ints, Problem
from geomatch.matching.standing import Standing

SMALL = 3_000
"""Candidates up to which a problem is solved again as a whole."""
Helper = tuple[int, int, int, float, int]
"""(role number, resource number, slot number, minutes, units)."""
_EQUAL = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Rung:
    """A change that serves the need, the needs it displaces, and who serves it then."""

    change: Change
    displaces: tuple[int, ...]
    helpers: tuple[Helper, ...]

    @property
    def order(self) -> tuple[int, float, str]:
        """Nobody displaced comes first, then fewer, then less burden, then the kind by name."""
        return len(self.displaces), self.change.burden, self.change.kind


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """``more`` is how many more needs are served by parish than before."""

    displaces: tuple[int, ...]
    helpers: tuple[Helper, ...]
    more: Ints


def after(standing: Standing, need: int, change: Change, *, small: int = SMALL) -> Rung | None:
    """What the change comes to: ``None`` when the best matching still leaves the need out."""
    policy = standing.problem.policy
    dial = policy.name == "no-need-lost" and policy.fairness < 1
    if dial or len(standing.problem.candidates) <= small:
        return _solved_whole(standing, need, change)
    return _solved_around(standing, need, change)


def _solved_whole(standing: Standing, need: int, change: Change) -> Rung | None:
    problem = with_change(standing.problem, need, change)
    outcome = solve.solve(problem)
    served = outcome.tally.served
    if outcome.status != "optimal" or not served[need]:
        return None
    gone = np.flatnonzero(standing.served & ~served)
    return Rung(change, tuple(gone.tolist()), _helpers(problem, outcome.units, need, None))


def _solved_around(standing: Standing, need: int, change: Change) -> Rung | None:
    """The region grows from the need alone to whoever the change can touch."""
    inside, found = {need}, _solved(standing, need, change, {need})
    if found is None or not _has_all(standing, need, found.helpers):
        inside = standing.around({need, *_pushed(standing, change)})
        found = _solved(standing, need, change, inside)
    if found is None:
        chained = _chained(standing, need, inside)
        found = _solved(standing, need, change, chained) if len(chained) > len(inside) else None
        inside = chained
    while found is not None:
        more = _coupled(standing, inside, found.more) - inside
        if not more:
            return Rung(change, found.displaces, found.helpers)
        inside = inside | more
        found = _solved(standing, need, change, inside)
    return None


def _solved(standing: Standing, need: int, change: Change, inside: set[int]) -> _Found | None:
    """The region of these needs solved; ``None`` when the need is left out."""
    cut = region.cut(standing, inside, need, change)
    outcome = solve.solve(cut.problem)
    served = outcome.tally.served[: len(cut.needs)]
    at = int(np.searchsorted(cut.needs, need))
    if outcome.status != "optimal" or not served[at]:
        return None
    before = standing.served[cut.needs]
    parish = standing.columns.parish[cut.needs]
    more = np.zeros(len(standing.columns.parishes), dtype=np.int64)
    np.add.at(more, parish[parish >= 0], (served.astype(np.int64) - before)[parish >= 0])
    gone = cut.needs[before & ~served]
    return _Found(tuple(gone.tolist()), _helpers(cut.problem, outcome.units, at, cut.resources), more)


def _has_all(standing: Standing, need: int, helpers: Sequence[Helper]) -> bool:
    """Whether every unit asked for is there: then no other matching can score more."""
    return sum(helper[4] for helper in helpers) == standing.problem.needs[need].units


def _pushed(standing: Standing, change: Change) -> set[int]:
    rows = change.rows
    return standing.pushed_by(zip(rows.resource.tolist(), rows.slot.tolist(), rows.use.tolist(), strict=True))


def _coupled(standing: Standing, inside: set[int], more: Ints) -> set[int]:
    """Needs that parishes better or worse off than before may let in, and whomever those push."""
    if standing.problem.policy.name == "travel-first" and not standing.problem.quotas:
        return set()
    columns = standing.columns
    left = standing.left_out - more
    let_in: set[int] = set()
    for rival in standing.rivals:
        if rival in inside:
            continue
        around = np.array(sorted(standing.around({rival}) - {rival}), dtype=np.int64)
        parish = columns.parish[around]
        parish = np.unique(parish[parish >= 0])
        own = int(columns.parish[rival])
        worse_off = own >= 0 and more[own] < 0
        touched = parish if worse_off else parish[more[parish] > 0]
        if len(touched) and _may_pay(standing, own, touched, left):
            let_in |= standing.around({rival})
    return let_in


def _chained(standing: Standing, need: int, inside: set[int]) -> set[int]:
    """With the rivals who might step in where somebody inside makes way, so that their parish loses none."""
    if standing.problem.policy.name == "travel-first" and not standing.problem.quotas:
        return inside
    columns, own = standing.columns, int(standing.columns.parish[need])
    grown = True
    while grown:
        parishes = {int(columns.parish[one]) for one in inside} - {-1}
        grown = False
        for rival in standing.rivals:
            if rival in inside or int(columns.parish[rival]) not in parishes:
                continue
            around = standing.around({rival})
            touched = np.unique(columns.parish[sorted(around - {rival})])
            touched = touched[touched >= 0]
            if len(touched) and _may_pay(standing, own, touched, standing.left_out):
                inside, grown = inside | around, True
    return inside


def _may_pay(standing: Standing, own: int, touched: Ints, left: Ints) -> bool:
    """Whether leaving out one more in a parish touched could be worth one more served in the rival's own."""
    policy = standing.problem.policy
    if policy.name != "no-need-lost" or own < 0 or standing.problem.quotas:
        return True
    needed = standing.columns.needed
    gained = (2 * left[own] - 1) / needed[own]
    lost = (2 * left[touched] + 1) / needed[touched]
    return bool(gained >= lost.min() - _EQUAL)


def _helpers(problem: Problem, units: Ints, need: int, resources: Ints | None) -> tuple[Helper, ...]:
    table = problem.candidates
    rows = np.flatnonzero((table.need == need) & (units > 0)).tolist()
    return tuple(
        (
            int(table.role[row]),
            int(table.resource[row] if resources is None else resources[table.resource[row]]),
            int(table.slot[row]),
            float(table.minutes[row]),
            int(units[row]),
        )
        for row in rows
    )
