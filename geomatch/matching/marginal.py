"""Where one more would help: what a resource that is not there yet would add to the best matching.

Equal to solving again with the resource, for the first aim (the most) and then the number of needs served,
without solving it all again: an extra resource can only change the components it reaches of what is in doubt
(``kernel``), and most of these are already as good as can be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from geomatch.matching import aims, lexical
from geomatch.matching.aims import Aim
from geomatch.matching.frame import Frame, frame
from geomatch.matching.kernel import Kernel, kernel
from geomatch.matching.problem import (
    NOTHING_GIVEN,
    TIMELESS,
    Candidates,
    Ints,
    Policy,
    Problem,
    Resource,
)
from geomatch.matching.program import programme
from geomatch.progress import Progress, silent

Value = tuple[float, int]
"""The sum of scores, and how many needs are served."""


@dataclass(frozen=True, slots=True, eq=False)
class Extra:
    """A resource that might be, and whom it could serve: (need, role, slot) numbers, one row each.

    ``role`` counts within its need; no slot is ``TIMELESS``. One unit takes one of its capacity.
    """

    resource: Resource
    need: Ints
    role: Ints
    slot: Ints


@dataclass(frozen=True, slots=True)
class Gain:
    """How many more needs would be served, and how much greater the sum of scores would be."""

    id: str
    needs: int
    score: float


def gains(problem: Problem, extras: Sequence[Extra], *, progress: Progress = silent) -> list[Gain]:
    """What each of the extra resources would add by itself, in the order given."""
    world = _World(problem)
    told = []
    for done, extra in enumerate(extras):
        progress("Trying one more", done, len(extras))
        told.append(world.gain(extra))
    progress("Trying one more", len(extras), len(extras))
    return told


@dataclass(eq=False)
class _World:
    problem: Problem
    columns: Frame = field(init=False)
    doubt: Kernel = field(init=False)
    members: dict[int, Ints] = field(init=False)
    values: dict[int, Value] = field(default_factory=dict)
    known: dict[tuple[object, ...], Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = frame(self.problem)
        self.doubt = kernel(self.problem, self.columns)
        open_needs = np.flatnonzero(~self.doubt.certain)
        label = self.doubt.component[open_needs]
        self.members = {int(one): open_needs[label == one] for one in np.unique(label)}

    def gain(self, extra: Extra) -> Gain:
        """Solve the components that the resource reaches and that are not as good as can be, with it."""
        reached = np.unique(self.doubt.component[extra.need[~self.doubt.certain[extra.need]]])
        lacking = [int(one) for one in reached if not self._perfect(int(one))]
        if not lacking:
            return Gain(extra.resource.id, 0, 0.0)
        needs = np.sort(np.concatenate([self.members[one] for one in lacking]))
        rows = np.flatnonzero(np.isin(extra.need, needs))
        offer = (extra.resource.capacity, tuple(sorted(extra.resource.slot_capacity.items())))
        asked = tuple(
            zip(*(side[rows].tolist() for side in (extra.need, extra.role, extra.slot)), strict=True)
        )
        key = (tuple(lacking), offer, tuple(sorted(asked)))
        if key not in self.known:
            self.known[key] = self._value(needs, (extra, rows))
        score, served = self.known[key]
        before = [self.values[one] for one in lacking]
        return Gain(
            extra.resource.id,
            served - sum(count for _, count in before),
            _clean(score - sum(value for value, _ in before)),
        )

    def _perfect(self, component: int) -> bool:
        if component not in self.values:
            self.values[component] = self._value(self.members[component], None)
        score, served = self.values[component]
        needs = self.members[component]
        whole = float(self.columns.weight[needs].sum())
        return served == len(needs) and score >= whole - 1e-9 * max(1.0, whole)

    def _value(self, needs: Ints, extra: tuple[Extra, Ints] | None) -> Value:
        part = _part(self.problem, self.doubt, needs, extra)
        columns = frame(part)
        model = programme(part, columns, fair=False)
        most = aims.most(part, columns, model)
        count = np.zeros(model.variables)
        count[model.served : model.step] = -1.0
        found = lexical.minimise(model, [most, Aim("served", count)])
        if found.variables is None:
            return 0.0, 0
        return -found.values[0] * most.unit, round(-found.values[1])


def _part(problem: Problem, doubt: Kernel, needs: Ints, extra: tuple[Extra, Ints] | None) -> Problem:
    """These needs with their candidates in doubt, and the extra resource, as a problem of its own."""
    table = problem.candidates
    rows = np.flatnonzero(doubt.kept & np.isin(table.need, needs))
    mine = table.take(rows)
    named = mine.given_resource[mine.given_resource != NOTHING_GIVEN]
    resources = np.unique(np.concatenate((mine.resource, named)))
    offered = [problem.resources[at] for at in resources]
    pieces = [_renumbered(mine, needs, resources)]
    if extra is not None:
        pieces.append(_of_extra(extra, needs, len(offered)))
        offered.append(extra[0].resource)
    candidates = Candidates(
        *(np.concatenate([getattr(piece, name) for piece in pieces]) for name in table.__dataclass_fields__)
    )
    place = {int(row): at for at, row in enumerate(rows)}
    return Problem(
        needs=tuple(problem.needs[at] for at in needs),
        resources=tuple(offered),
        slots=problem.slots,
        candidates=candidates,
        policy=Policy("travel-first"),
        areas=problem.areas,
        quotas=problem.quotas,
        fixed=tuple((place[row], units) for row, units in problem.fixed if row in place),
    )


def _renumbered(mine: Candidates, needs: Ints, resources: Ints) -> Candidates:
    given = np.where(
        mine.given_resource == NOTHING_GIVEN, NOTHING_GIVEN, np.searchsorted(resources, mine.given_resource)
    )
    return Candidates(
        need=np.searchsorted(needs, mine.need),
        role=mine.role,
        resource=np.searchsorted(resources, mine.resource),
        slot=mine.slot,
        minutes=mine.minutes,
        penalty=mine.penalty,
        use=mine.use,
        given_role=mine.given_role,
        given_resource=given.astype(np.int64),
    )


def _of_extra(extra: tuple[Extra, Ints], needs: Ints, number: int) -> Candidates:
    one, rows = extra
    nothing = np.full(len(rows), NOTHING_GIVEN, dtype=np.int64)
    return Candidates(
        need=np.searchsorted(needs, one.need[rows]),
        role=one.role[rows],
        resource=np.full(len(rows), number, dtype=np.int64),
        slot=one.slot[rows],
        minutes=np.zeros(len(rows)),
        penalty=np.zeros(len(rows)),
        use=np.ones(len(rows), dtype=np.int64),
        given_role=nothing,
        given_resource=nothing,
    )


def with_extra(problem: Problem, extra: Extra) -> Problem:
    """The whole problem with the resource in it, to solve again; the id must come after all others."""
    number = len(problem.resources)
    every = np.arange(len(problem.needs))
    added = _of_extra((extra, np.arange(len(extra.need))), every, number)
    names = problem.candidates.__dataclass_fields__
    joined = Candidates(
        *(np.concatenate((getattr(problem.candidates, name), getattr(added, name))) for name in names)
    )
    order = joined.in_order()
    place = {int(row): at for at, row in enumerate(order)}
    return Problem(
        needs=problem.needs,
        resources=(*problem.resources, extra.resource),
        slots=problem.slots,
        candidates=joined.take(order),
        policy=problem.policy,
        areas=problem.areas,
        quotas=problem.quotas,
        fixed=tuple((place[row], units) for row, units in problem.fixed),
    )


def offer(
    identifier: str, rows: Iterable[tuple[int, int, int]], slots: Sequence[str], *, once: bool
) -> Extra:
    """An extra resource lent to one at a time, or (``once``) a person asked once in all, serving these rows.

    ``rows`` are (need, role, slot) numbers.
    """
    columns = np.array(sorted(set(rows)), dtype=np.int64).reshape(-1, 3).T
    timed = np.unique(columns[2][columns[2] != TIMELESS])
    timeless = int((columns[2] == TIMELESS).sum())
    capacity = 1 if once else max(1, len(timed) + timeless)
    resource = Resource(identifier, capacity, {slots[at]: 1 for at in timed})
    return Extra(resource, columns[0], columns[1], columns[2])


def _clean(score: float) -> float:
    """Without the last digits that adding in another order leaves."""
    return round(max(score, 0.0), 9)
