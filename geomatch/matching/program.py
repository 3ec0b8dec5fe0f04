"""The whole problem as one mixed-integer programme, in a compact form that covers every bundle.

Variables: units over every candidate; whether a need lies in a slot (one per need and slot); whether a
graded need has a role (one per role and slot); whether a need is served; and, where parishes count,
whether a parish has its k-th need served. Nothing is enumerated, so its optimum is the problem's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike

from geomatch.matching import quotas
from geomatch.matching.frame import Frame
from geomatch.matching.problem import Bools, Floats, Ints, Problem

Entry = tuple[ArrayLike, ArrayLike, ArrayLike]


@dataclass(eq=False)
class Rows:
    """Linear rows under construction: ``lower <= matrix @ variables <= upper``."""

    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    count: int = 0

    def add(self, parts: Sequence[Entry], lower: ArrayLike, upper: ArrayLike) -> None:
        """``parts`` are (row from 0, variable, value) entries of ``len(lower)`` new rows."""
        for row, column, value in parts:
            self.row.append(np.asarray(row, dtype=np.int64) + self.count)
            self.column.append(np.asarray(column, dtype=np.int64))
            self.value.append(np.broadcast_to(np.asarray(value, dtype=np.float64), np.shape(row)))
        self.lower.append(np.asarray(lower, dtype=np.float64))
        self.upper.append(np.asarray(upper, dtype=np.float64))
        self.count += len(self.lower[-1])

    def matrix(self, variables: int) -> sp.csr_array:
        """The rows as one sparse matrix."""
        if not self.row:
            return sp.csr_array((0, variables))
        entries = (np.concatenate(self.value), (np.concatenate(self.row), np.concatenate(self.column)))
        return sp.csr_array(sp.coo_array(entries, shape=(self.count, variables)))


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """Rows and bounds, and where each kind of variable begins.

    The first ``units`` variables are units over candidates; ``pair`` tells candidates of one role in one
    slot from others. ``served`` and ``step`` are first variables; ``step_parish`` and ``step_place`` say
    which parish and which k (from 1) each step is. ``quota_rows`` pairs each quota with its row.
    """

    matrix: sp.csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    whole: Bools
    served: int
    step: int
    step_parish: Ints
    step_place: Ints
    quota_rows: Ints
    units: int
    pair: Ints

    @property
    def variables(self) -> int:
        return len(self.lower)


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """Numbers of variables by kind, and the lookup from candidates to them."""

    slot_need: Ints
    slot_of_candidate: Ints
    on_role: Ints
    on_slot: Ints
    on_of_candidate: Ints
    tie_role: Ints
    tie_resource: Ints
    tie_of_candidate: Ints
    candidates: int
    needs: int

    @property
    def slots(self) -> int:
        return self.candidates

    @property
    def on(self) -> int:
        return self.slots + len(self.slot_need)

    @property
    def tie(self) -> int:
        return self.on + len(self.on_role)

    @property
    def served(self) -> int:
        return self.tie + len(self.tie_role)

    @property
    def step(self) -> int:
        return self.served + self.needs


def programme(problem: Problem, columns: Frame, *, fair: bool) -> Programme:
    """The programme of a problem; ``fair`` adds the steps by parish."""
    layout = _layout(problem, columns)
    rows = Rows()
    _capacities(problem, columns, rows)
    _one_slot(layout, rows)
    _roles(problem, columns, layout, rows)
    _given(problem, columns, layout, rows)
    _served(problem, columns, layout, rows)
    parish = np.flatnonzero(columns.needed > 0) if fair else np.zeros(0, dtype=np.int64)
    step_parish = np.repeat(parish, columns.needed[parish])
    step_place = _runs(columns.needed[parish]) + 1
    _steps(columns, layout, rows, (parish, step_parish))
    quota_rows = _quotas(problem, layout, rows)
    return _finish(problem, columns, layout, rows, (step_parish, step_place, quota_rows))


def _layout(problem: Problem, columns: Frame) -> _Layout:
    table = problem.candidates
    graded = np.array([not need.all_or_nothing for need in problem.needs], dtype=bool)
    slots, slot_at = np.unique(np.stack((table.need, table.slot)), axis=1, return_inverse=True)
    slot_at = slot_at.reshape(-1)
    # a graded role that asks one at least is there or is not; any other follows its slot
    gradual = graded[table.need] & (columns.minimum[columns.role] >= 1)
    on, on_at = np.unique(np.stack((columns.role, slot_at))[:, gradual], axis=1, return_inverse=True)
    on_of_candidate = np.full(len(table), -1)
    on_of_candidate[gradual] = on_at.reshape(-1)
    loose = (columns.given_role >= 0) & ~_tight(columns, graded)
    ties, tie_at = np.unique(
        np.stack((columns.given_role, table.given_resource))[:, loose], axis=1, return_inverse=True
    )
    tie_of_candidate = np.full(len(table), -1)
    tie_of_candidate[loose] = tie_at.reshape(-1)
    return _Layout(
        slots[0],
        slot_at,
        on[0],
        on[1],
        on_of_candidate,
        ties[0],
        ties[1],
        tie_of_candidate,
        len(table),
        len(graded),
    )


def _tight(columns: Frame, graded: Bools) -> Bools:
    """Candidates tied to a role that is certain to have exactly one unit."""
    role = np.maximum(columns.given_role, 0)
    tight: Bools = (
        (columns.quantity[role] == 1) & (columns.minimum[role] == 1) & ~graded[columns.role_need[role]]
    )
    return tight


def _capacities(problem: Problem, columns: Frame, rows: Rows) -> None:
    table = problem.candidates
    every = np.arange(len(table))
    free = np.full(len(columns.capacity), -np.inf)
    rows.add([(table.resource, every, table.use)], free, columns.capacity)
    narrow = columns.place_capacity < columns.capacity[columns.place_resource]
    number = np.cumsum(narrow) - 1
    inside = np.flatnonzero(narrow[columns.place])
    limits = columns.place_capacity[narrow]
    rows.add(
        [(number[columns.place[inside]], inside, table.use[inside])], np.full(len(limits), -np.inf), limits
    )


def _one_slot(layout: _Layout, rows: Rows) -> None:
    slots = np.arange(len(layout.slot_need))
    rows.add(
        [(layout.slot_need, layout.slots + slots, 1)], np.full(layout.needs, -np.inf), np.ones(layout.needs)
    )


def _roles(problem: Problem, columns: Frame, layout: _Layout, rows: Rows) -> None:
    """minimum x there <= units <= quantity x there, for every role in every slot of its need."""
    every = np.arange(len(problem.candidates))
    counts = np.diff(columns.role_start)[layout.slot_need]
    slot = np.repeat(np.arange(len(layout.slot_need)), counts)
    role = np.repeat(columns.role_start[layout.slot_need], counts) + _runs(counts)
    first = np.cumsum(counts) - counts
    pair = first[layout.slot_of_candidate] + columns.role - columns.role_start[problem.candidates.need]
    gate = layout.slots + slot
    on_pair = first[layout.on_slot] + layout.on_role - columns.role_start[columns.role_need[layout.on_role]]
    gate[on_pair] = layout.on + np.arange(len(layout.on_role))
    graded = np.array([not need.all_or_nothing for need in problem.needs], dtype=bool)[layout.slot_need][slot]
    bare = graded & (columns.minimum[role] >= 1)
    bare[on_pair] = False
    minimum = np.where(bare, 0, columns.minimum[role])
    pairs, nothing = np.arange(len(slot)), np.zeros(len(slot))
    everywhere = np.full(len(slot), np.inf)
    rows.add([(pair, every, 1), (pairs, gate, -minimum.astype(np.float64))], nothing, everywhere)
    rows.add(
        [(pair, every, 1), (pairs, gate, -columns.quantity[role].astype(np.float64))], -everywhere, nothing
    )
    on = np.arange(len(layout.on_role))
    rows.add(
        [(on, layout.on + on, 1), (on, layout.slots + layout.on_slot, -1)],
        np.full(len(on), -np.inf),
        np.zeros(len(on)),
    )


def _given(problem: Problem, columns: Frame, layout: _Layout, rows: Rows) -> None:
    """Units over a tied candidate only while all of the other role comes from the resource named."""
    table = problem.candidates
    loose = np.flatnonzero(layout.tie_of_candidate >= 0)
    _loose(columns, layout, rows, table.resource)
    rows.add(
        [
            (np.arange(len(loose)), loose, 1),
            (
                np.arange(len(loose)),
                layout.tie + layout.tie_of_candidate[loose],
                -columns.quantity[columns.role[loose]].astype(np.float64),
            ),
        ],
        np.full(len(loose), -np.inf),
        np.zeros(len(loose)),
    )
    tight = np.flatnonzero((columns.given_role >= 0) & (layout.tie_of_candidate < 0))
    width = len(columns.capacity)
    keys = np.stack(
        (
            columns.role[tight],
            columns.given_role[tight] * width + table.given_resource[tight],
            layout.slot_of_candidate[tight],
        )
    )
    groups, at = np.unique(keys, axis=1, return_inverse=True)
    wanted = groups[1] * (len(layout.slot_need) + 1) + groups[2]
    offered = (columns.role * width + table.resource) * (len(layout.slot_need) + 1) + layout.slot_of_candidate
    row, candidate = _join(wanted, offered)
    rows.add(
        [(at.reshape(-1), tight, 1), (row, candidate, -columns.quantity[groups[0][row]].astype(np.float64))],
        np.full(groups.shape[1], -np.inf),
        np.zeros(groups.shape[1]),
    )


def _loose(columns: Frame, layout: _Layout, rows: Rows, resource: Ints) -> None:
    ties = np.arange(len(layout.tie_role))
    row, candidate = _join(layout.tie_role, columns.role)
    other = resource[candidate] != layout.tie_resource[row]
    quantity = columns.quantity[layout.tie_role].astype(np.float64)
    rows.add(
        [(row[other], candidate[other], 1), (ties, layout.tie + ties, quantity)],
        np.full(len(ties), -np.inf),
        quantity,
    )


def _join(wanted: Ints, offered: Ints) -> tuple[Ints, Ints]:
    """Every (position in ``wanted``, position in ``offered``) with the same key."""
    order = np.argsort(offered, kind="stable")
    begin = np.searchsorted(offered[order], wanted, "left")
    count = np.searchsorted(offered[order], wanted, "right") - begin
    return np.repeat(np.arange(len(wanted)), count), order[np.repeat(begin, count) + _runs(count)]


def _served(problem: Problem, columns: Frame, layout: _Layout, rows: Rows) -> None:
    """Served: every role that asks one at least is there."""
    needs = np.arange(layout.needs)
    graded = np.array([not need.all_or_nothing for need in problem.needs], dtype=bool)
    required = np.bincount(columns.role_need[columns.minimum >= 1], minlength=layout.needs)
    whole = np.flatnonzero(~graded & (required > 0))
    number = np.full(layout.needs, -1)
    number[whole] = np.arange(len(whole))
    slots = np.flatnonzero(number[layout.slot_need] >= 0)
    rows.add(
        [
            (number[whole], layout.served + whole, 1),
            (number[layout.slot_need[slots]], layout.slots + slots, -1),
        ],
        np.zeros(len(whole)),
        np.zeros(len(whole)),
    )
    gradual = np.flatnonzero(graded[columns.role_need] & (columns.minimum >= 1))
    at = np.full(len(columns.minimum), -1)
    at[gradual] = np.arange(len(gradual))
    on = np.arange(len(layout.on_role))
    rows.add(
        [
            (at[gradual], layout.served + columns.role_need[gradual], 1),
            (at[layout.on_role], layout.on + on, -1),
        ],
        np.full(len(gradual), -np.inf),
        np.zeros(len(gradual)),
    )
    several = np.flatnonzero(graded & (required > 0))
    number[:] = -1
    number[several] = np.arange(len(several))
    rows.add(
        [
            (number[several], layout.served + several, 1),
            (number[columns.role_need[layout.on_role]], layout.on + on, -1),
        ],
        1.0 - required[several],
        np.full(len(several), np.inf),
    )
    free = needs[required == 0]
    rows.add([(np.arange(len(free)), layout.served + free, 1)], np.ones(len(free)), np.ones(len(free)))


def _steps(columns: Frame, layout: _Layout, rows: Rows, steps: tuple[Ints, Ints]) -> None:
    """As many steps of a parish as it has needs served, the first before the second."""
    parish, step_parish = steps
    number = np.full(len(columns.needed) + 1, -1)
    number[parish] = np.arange(len(parish))
    needs = np.flatnonzero(number[columns.parish] >= 0)
    rows.add(
        [
            (number[step_parish], layout.step + np.arange(len(step_parish)), 1),
            (number[columns.parish[needs]], layout.served + needs, -1),
        ],
        np.zeros(len(parish)),
        np.zeros(len(parish)),
    )
    first = np.flatnonzero(step_parish[1:] == step_parish[:-1])
    rows.add(
        [
            (np.arange(len(first)), layout.step + first, 1),
            (np.arange(len(first)), layout.step + first + 1, -1),
        ],
        np.zeros(len(first)),
        np.full(len(first), np.inf),
    )


def _quotas(problem: Problem, layout: _Layout, rows: Rows) -> Ints:
    first = rows.count
    for bound in quotas.bounds(problem):
        inside = np.flatnonzero(bound.inside)
        rows.add(
            [(np.zeros(len(inside), dtype=np.int64), layout.served + inside, 1)],
            np.array([bound.least]),
            np.array([bound.most]),
        )
    return np.arange(first, rows.count)


def _finish(
    problem: Problem, columns: Frame, layout: _Layout, rows: Rows, extra: tuple[Ints, Ints, Ints]
) -> Programme:
    step_parish, step_place, quota_rows = extra
    variables = layout.step + len(step_parish)
    upper = np.ones(variables)
    most = np.minimum(columns.quantity[columns.role], columns.capacity[problem.candidates.resource])
    upper[: layout.candidates] = most
    lower = np.zeros(variables)
    lower[: layout.candidates] = columns.fixed
    whole = np.ones(variables, dtype=bool)
    whole[layout.served : layout.step] = False
    return Programme(
        rows.matrix(variables),
        np.concatenate(rows.lower),
        np.concatenate(rows.upper),
        lower,
        upper,
        whole,
        layout.served,
        layout.step,
        step_parish,
        step_place,
        quota_rows,
        layout.candidates,
        columns.role * (len(problem.slots) + 1) + problem.candidates.slot + 1,
    )


def _runs(repeat: Ints) -> Ints:
    return np.arange(int(repeat.sum())) - np.repeat(np.cumsum(repeat) - repeat, repeat)
