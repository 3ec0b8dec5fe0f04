"""Where one more would help: what a resource that is not there yet would add to the best matching.

Equal to solving again with the resource, for the first aim (the most) and then the number of needs served,
without solving it all again: an extra resource can only change the components it reaches of what is in doubt
(``kernel``), and most of these are already as good as can be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import fsum

import numpy as np

from geomatch.matching import aims, lexical
from geomatch.matching.aims import Aim
from geomatch.matching.frame import Frame, frame
from geomatch.matching.kernel import Kernel, kernel
from geomatch.matching.problem import (
    NOTHING_GIVEN,
    TIMELESS,
    Candidates,
    Floats,
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

    ``role`` counts within its need; no slot is ``TIMELESS``. One unit takes one of its capacity. Whoever may
    be tied to some choice of a role that it fills may be tied to this one as well.
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
    world = _World(problem, extras)
    told = []
    for done, extra in enumerate(extras):
        progress("Trying one more", done, len(extras))
        told.append(world.gain(extra))
    progress("Trying one more", len(extras), len(extras))
    return told


@dataclass(eq=False)
class _World:
    problem: Problem
    extras: Sequence[Extra]
    columns: Frame = field(init=False)
    doubt: Kernel = field(init=False)
    members: dict[int, Ints] = field(init=False)
    values: dict[int, Value] = field(default_factory=dict)
    known: dict[tuple[object, ...], Value] = field(default_factory=dict)
    bounds: dict[tuple[str, int], Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = frame(self.problem)
        self.doubt = kernel(self.problem, self.columns)
        self.members = _members(self.doubt)

    def gain(self, extra: Extra) -> Gain:
        """Solve the components that the resource reaches and that are not as good as can be, with it."""
        reached = np.unique(self.doubt.component[extra.need[~self.doubt.certain[extra.need]]])
        lacking = [int(one) for one in reached if not self._perfect(int(one))]
        if not lacking:
            return Gain(extra.resource.id, 0, 0.0)
        single = extra.resource.capacity <= 1
        score, served = self._best_alone(extra, lacking) if single else self._grown(extra, lacking)
        return Gain(extra.resource.id, served, score)

    def _best_alone(self, extra: Extra, components: list[int]) -> Value:
        """A single unit goes to one component, and the others stay as they are: to which is it worth most?

        Those that cannot better the best so far, even with a unit that reaches whatever any reaches, are
        passed over.
        """
        bound = {one: self._at_most(extra, one) for one in components}
        best = (0.0, 0)
        for one in sorted(components, key=lambda one: (_down(bound[one]), len(self.members[one]), one)):
            if bound[one] > best:
                best = max(best, self._grown(extra, [one]))
        return best

    def _at_most(self, extra: Extra, component: int) -> Value:
        """What a unit could add here that serves everybody whom any extra resource of this id serves."""
        key = (extra.resource.id, component)
        if key not in self.bounds:
            alike = [one for one in self.extras if one.resource.id == extra.resource.id]
            self.bounds[key] = self._grown(_together(alike), [component])
        return self.bounds[key]

    def _grown(self, extra: Extra, components: list[int]) -> Value:
        """By how much these components together grow with the resource."""
        needs = np.sort(np.concatenate([self.members[one] for one in components]))
        rows = np.flatnonzero(np.isin(extra.need, needs))
        score, served = self._apart(_part(self.problem, self.doubt, needs, (extra, rows)))
        before = [self.values[one] for one in components]
        grown = _clean(score - fsum(value for value, _ in before))
        return grown, served - sum(count for _, count in before)

    def _perfect(self, component: int) -> bool:
        needs = self.members[component]
        if component not in self.values:
            self.values[component] = self._value(_part(self.problem, self.doubt, needs, None))
        return _is_full(self.values[component], self.columns.weight[needs])

    def _apart(self, part: Problem) -> Value:
        """The value of a problem that may fall apart further, now that the extra resource is in it."""
        doubt = kernel(part, frame(part))
        sure = [need.weight for need, certain in zip(part.needs, doubt.certain, strict=True) if certain]
        values = [self._value(_part(part, doubt, needs, None)) for needs in _members(doubt).values()]
        return fsum([*sure, *(score for score, _ in values)]), len(sure) + sum(count for _, count in values)

    def _value(self, part: Problem) -> Value:
        key = _content(part)
        if key not in self.known:
            self.known[key] = _solved(part)
        return self.known[key]


def _down(value: Value) -> Value:
    return -value[0], -value[1]


def _together(alike: Sequence[Extra]) -> Extra:
    """One unit that serves whomever any of them serves, whenever any of them may."""
    rows = np.unique(
        np.concatenate([np.stack((one.need, one.role, one.slot)) for one in alike], axis=1), axis=1
    )
    most = max(one.resource.capacity for one in alike)
    return Extra(Resource(alike[0].resource.id, min(most, 1)), *rows)


def _members(doubt: Kernel) -> dict[int, Ints]:
    """The needs of each component of what is in doubt."""
    needs = np.flatnonzero(~doubt.certain)
    order = np.argsort(doubt.component[needs], kind="stable")
    label = doubt.component[needs][order]
    begins = np.flatnonzero(np.diff(label, prepend=-1))
    pieces = np.split(needs[order], begins[1:]) if len(needs) else []
    return {int(one): piece for one, piece in zip(label[begins], pieces, strict=True)}


def _content(part: Problem) -> tuple[object, ...]:
    """What tells one small problem from another; minutes do not matter here."""
    table = part.candidates
    offered = tuple(
        (one.id, one.capacity, tuple(sorted(one.slot_capacity.items()))) for one in part.resources
    )
    columns = (*table.key_columns(), table.use)
    return (
        tuple(need.id for need in part.needs),
        offered,
        tuple(column.tobytes() for column in columns),
    )


def _solved(part: Problem) -> Value:
    columns = frame(part)
    model = programme(part, columns, fair=False)
    most = aims.most(part, columns, model)
    count = np.zeros(model.variables)
    count[model.served : model.step] = -1.0
    found = lexical.minimise(model, [most])
    if found.variables is None:
        return 0.0, 0
    score = -found.values[0] * most.unit
    served = round(float(-count @ found.variables))
    if _is_full((score, served), columns.weight):
        return score, served
    both = lexical.minimise(model, [Aim("served", count)], held=(lexical.Held(most.prices, found.values[0]),))
    return score, served if both.variables is None else round(-both.values[0])


def _is_full(value: Value, weight: Floats) -> bool:
    """Whether every need is served in full."""
    whole = float(weight.sum())
    return value[1] == len(weight) and value[0] >= whole - 1e-9 * max(1.0, whole)


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
        pieces.append(_tied_to(pieces[1], pieces[0], len(offered)))
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


def _tied_to(added: Candidates, table: Candidates, number: int) -> Candidates:
    """Those tied to some choice of a role and slot that the extra resource fills, tied to it instead."""
    filled = set(zip(added.need.tolist(), added.role.tolist(), added.slot.tolist(), strict=True))
    found: dict[tuple[int, int, int, int], int] = {}
    for row in np.flatnonzero(table.given_role != NOTHING_GIVEN).tolist():
        need, slot = int(table.need[row]), int(table.slot[row])
        if (need, int(table.given_role[row]), slot) in filled:
            found.setdefault((need, int(table.role[row]), int(table.resource[row]), slot), row)
    rows = table.take(np.array(sorted(found.values()), dtype=np.int64))
    return replace(rows, given_resource=np.full(len(rows), number, dtype=np.int64))


def with_extra(problem: Problem, extra: Extra) -> Problem:
    """The whole problem with the resource in it, to solve again; the id must come after all others."""
    number = len(problem.resources)
    every = np.arange(len(problem.needs))
    added = _of_extra((extra, np.arange(len(extra.need))), every, number)
    pieces = (problem.candidates, added, _tied_to(added, problem.candidates, number))
    names = problem.candidates.__dataclass_fields__
    joined = Candidates(*(np.concatenate([getattr(piece, name) for piece in pieces]) for name in names))
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
