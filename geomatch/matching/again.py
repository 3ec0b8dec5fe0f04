"""Solving again after one change of one need, and who has lost what they had.

Small problems are solved again as a whole. In larger ones only the needs around are free to move
(``region``): those that the need pushes, directly or by way of others, and, since the policy counts
parishes, those that a parish better or worse off than before lets in (``coupling``). Where every need asks
one unit, what it finds is an optimum of the whole: that changes by one exchange through the need, and every
need on it is among those. Elsewhere it may miss a tie that a journey of somebody further off would break.
A change that would work only by a chain of swaps between parishes is not looked for, nor in a region larger
than ``MOST_ROWS`` one that costs somebody something.
"""

from dataclasses import dataclass

import numpy as np

from geomatch.matching import coupling, region, solve
from geomatch.matching.changes import Change, with_change, without
from geomatch.matching.problem import Ints, Problem
from geomatch.matching.standing import Standing

SMALL = 3_000
"""Candidates up to which a problem is solved again as a whole."""
MOST_ROWS = 800
"""Candidates of a region that is solved: around a bundle it can be half a county, and take as long."""
Helper = tuple[int, int, int, float, int]
"""(role number, resource number, slot number, minutes, units)."""


@dataclass(frozen=True, slots=True, eq=False)
class Rung:
    """A change that serves the need, the needs it displaces, and who serves it then.

    It serves the need in every case. ``proved`` says that whom it displaces is what solving the whole again
    comes to; without it, nobody need lose what they have for it, but fairness may still make a swap.
    """

    change: Change
    displaces: tuple[int, ...]
    helpers: tuple[Helper, ...]
    proved: bool = True

    @property
    def order(self) -> tuple[int, float, str]:
        """Nobody displaced comes first, then fewer, then less burden, then the kind by name."""
        return len(self.displaces), self.change.burden, self.change.kind


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """``more`` is how many more needs are served by parish than before, ``units`` by candidate as it was."""

    displaces: tuple[int, ...]
    helpers: tuple[Helper, ...]
    more: Ints
    units: Ints


def after(standing: Standing, need: int, change: Change, *, small: int = SMALL) -> Rung | None:
    """What the change comes to: ``None`` when the best matching still leaves the need out."""
    if is_solved_whole(standing.problem, small):
        return _solved_whole(standing, need, change)
    return _solved_around(standing, need, change)


def is_solved_whole(problem: Problem, small: int) -> bool:
    """Whether a problem has at most ``small`` candidates, or a dial between two policies ties all of it."""
    dial = problem.policy.name == "no-need-lost" and problem.policy.fairness < 1
    return dial or len(problem.candidates) <= small


def _solved_whole(standing: Standing, need: int, change: Change) -> Rung | None:
    problem = with_change(standing.problem, need, change)
    outcome = solve.solve(problem)
    served = outcome.tally.served
    if outcome.status != "optimal" or not served[need]:
        return None
    gone = np.flatnonzero(standing.served & ~served)
    return Rung(change, tuple(gone.tolist()), _helpers(problem, outcome.units, need, None))


def _solved_around(standing: Standing, need: int, change: Change) -> Rung | None:
    """The region grows from the need alone to whoever the change can touch, while it is not too large."""
    case = _Case(standing, need, change)
    inside, found = {need}, case.solved({need})
    proved = True
    if found is None or not case.has_all(found):
        pushed = {need, *_pushed(standing, change)}
        inside = standing.around(pushed)
        proved = case.fits(inside)
        inside = inside if proved else pushed | standing.pushed_by(standing.wanted_by(need))
        found = case.solved(inside) if proved or case.fits(inside) else None
        if found is None or (not proved and (found.displaces or not case.has_all(found))):
            return None
        if found.displaces or not case.has_all(found):
            chained = coupling.chained(standing, need, inside)
            proved = case.fits(chained)
            found = case.solved(chained) if proved and len(chained) > len(inside) else found
            inside = chained
    return _settled(case, inside, found, proved)


def _settled(case: "_Case", inside: set[int], found: _Found | None, proved: bool) -> Rung | None:
    """Solved again with more needs until no parish lets in others."""
    while found is not None:
        more = coupling.coupled(case.standing, inside, found.more) - inside
        if not more or not case.fits(inside | more):
            return Rung(case.change, found.displaces, found.helpers, proved and not more)
        inside = inside | more
        found = case.solved(inside)
    return None


def dropped(standing: Standing, resource: int, *, small: int = SMALL) -> Standing:
    """How things stand, by the best matching, once a resource gives nothing any more."""
    problem = without(standing.problem, resource)
    gone = Change("dropped", None, 0.0, offered={resource: problem.resources[resource]})
    holders = standing.holders[resource]
    if not holders:
        return Standing(problem, standing.units)
    if is_solved_whole(problem, small):
        return Standing(problem, solve.solve(problem).units)
    case, inside = _Case(standing, min(holders), gone, left=True), standing.around(holders)
    while case.fits(inside):
        found = case.solved(inside)
        if found is None:
            break
        more = coupling.coupled(standing, inside, found.more) - inside
        if not more:
            return Standing(problem, found.units)
        inside = inside | more
    return Standing(problem, solve.solve(problem).units)


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """A change of one need to be solved; ``left`` when the need may be left out."""

    standing: Standing
    need: int
    change: Change
    left: bool = False

    def solved(self, inside: set[int]) -> _Found | None:
        """The region of these needs solved; ``None`` when the need is left out."""
        standing = self.standing
        cut = region.cut(standing, inside, self.need, self.change)
        outcome = solve.solve(cut.problem)
        served = outcome.tally.served[: len(cut.needs)]
        at = int(np.searchsorted(cut.needs, self.need))
        if outcome.status != "optimal" or not (served[at] or self.left):
            return None
        before = standing.served[cut.needs]
        parish = standing.columns.parish[cut.needs]
        more = np.zeros(len(standing.columns.parishes), dtype=np.int64)
        np.add.at(more, parish[parish >= 0], (served.astype(np.int64) - before)[parish >= 0])
        units = standing.units.copy()
        units[cut.rows[cut.rows >= 0]] = outcome.units[cut.rows >= 0]
        helpers = _helpers(cut.problem, outcome.units, at, cut.resources)
        return _Found(tuple(cut.needs[before & ~served].tolist()), helpers, more, units)

    def fits(self, inside: set[int]) -> bool:
        """Whether the needs inside have few enough candidates to be solved at once."""
        rows = sum(len(self.standing.rows_of(one)) for one in inside)
        return rows + (0 if self.change.rows is None else len(self.change.rows)) <= MOST_ROWS

    def has_all(self, found: _Found) -> bool:
        """Whether every unit asked for is there: then no other matching can score more."""
        return sum(helper[4] for helper in found.helpers) == self.standing.problem.needs[self.need].units


def _pushed(standing: Standing, change: Change) -> set[int]:
    rows = change.rows
    if rows is None:
        return set()
    wanted = zip(rows.resource.tolist(), rows.slot.tolist(), rows.use.tolist(), strict=True)
    return standing.pushed_by(wanted, change.offered)


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
