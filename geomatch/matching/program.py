"""The whole problem as one mixed-integer programme, in a compact form that covers every bundle.

The variables are those of ``layout``. Nothing is enumerated, so its optimum is the problem's. Only what
decides is declared whole: once slots, roles, choices and steps are, what is left is a flow from needs, role
by role and choice by choice, to resources, slot by slot, whose best corners are whole by themselves.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from geomatch.matching import quotas, tying
from geomatch.matching.frame import Frame
from geomatch.matching.layout import Layout, layout
from geomatch.matching.problem import Bools, Floats, Ints, Problem
from geomatch.matching.rows import Rows, runs
from geomatch.matching.tying import Gates


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """Rows and bounds, and where each kind of variable begins.

    The first ``units`` variables are units over candidates. ``served`` and ``step`` are first variables;
    ``step_parish`` and ``step_place`` say which parish and which k (from 1) each step is. ``quota_rows``
    pairs each quota with its row. All of ``whole`` are whole in every solution; those of ``decides`` have
    to be declared so.
    """

    matrix: sp.csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    whole: Bools
    decides: Bools
    served: int
    step: int
    step_parish: Ints
    step_place: Ints
    quota_rows: Ints
    units: int

    @property
    def variables(self) -> int:
        return len(self.lower)


def programme(problem: Problem, columns: Frame, *, fair: bool) -> Programme:
    """The programme of a problem; ``fair`` adds the steps by parish."""
    plan, rows = layout(problem, columns), Rows()
    _capacities(problem, columns, plan, rows)
    _one_slot(columns, plan, rows)
    _roles(problem, columns, plan, rows)
    gates = tying.add_given(problem, columns, plan, rows)
    tying.add_singly(columns, plan, gates, rows)
    _served(problem, columns, plan, rows)
    parish = np.flatnonzero(columns.needed > 0) if fair else np.zeros(0, dtype=np.int64)
    step_parish = np.repeat(parish, columns.needed[parish])
    step_place = runs(columns.needed[parish]) + 1
    _steps(columns, plan, rows, (parish, step_parish))
    quota_rows = _quotas(problem, plan, rows)
    return _finish(problem, columns, (plan, gates, rows), (step_parish, step_place, quota_rows))


def _capacities(problem: Problem, columns: Frame, plan: Layout, rows: Rows) -> None:
    """What a resource and a place hold, where everybody who might come would be too many."""
    table, each = problem.candidates, np.maximum(_even_use(problem), 1)
    own = columns.place_capacity < columns.capacity[columns.place_resource]
    for holder, room, tells in (
        (table.resource, columns.capacity // each, np.ones(len(each), dtype=bool)),
        (columns.place, columns.place_capacity // each[columns.place_resource], own),
    ):
        use = table.use // each[table.resource]
        asked = np.maximum(plan.most, columns.fixed) * use
        narrow = tells & (np.bincount(holder, weights=asked, minlength=len(room)) > room)
        number = np.cumsum(narrow) - 1
        inside = np.flatnonzero(narrow[holder] & (use > 0))
        rows.at_most([(number[holder[inside]], inside, use[inside])], room[narrow].astype(np.float64))


def _even_use(problem: Problem) -> Ints:
    """What every unit uses of each resource, where all who use any of it use the same; else 0."""
    table = problem.candidates
    used = np.flatnonzero(table.use)
    most = np.zeros(len(problem.resources), dtype=np.int64)
    np.maximum.at(most, table.resource[used], table.use[used])
    uneven = used[table.use[used] < most[table.resource[used]]]
    most[table.resource[uneven]] = 0
    return most


def _required(columns: Frame, plan: Layout) -> Ints:
    """How many roles of each need ask for one at least."""
    return np.bincount(columns.role_need[columns.minimum >= 1], minlength=plan.needs)


def _one_slot(columns: Frame, plan: Layout, rows: Rows) -> None:
    """No more than one slot for the needs of which being served does not say so."""
    several = plan.graded | (_required(columns, plan) == 0)
    number = np.cumsum(several) - 1
    slots = np.flatnonzero(several[plan.slot_need])
    rows.at_most([(number[plan.slot_need[slots]], plan.slots + slots, 1)], np.ones(int(several.sum())))


def _roles(problem: Problem, columns: Frame, plan: Layout, rows: Rows) -> None:
    """minimum x there <= units <= quantity x there, for every role in every slot of its need."""
    every = np.flatnonzero(plan.slot_of_candidate >= 0)
    counts = np.diff(columns.role_start)[plan.slot_need]
    slot = np.repeat(np.arange(len(plan.slot_need)), counts)
    role = np.repeat(columns.role_start[plan.slot_need], counts) + runs(counts)
    first = np.cumsum(counts) - counts
    own = columns.role[every] - columns.role_start[problem.candidates.need[every]]
    pair = first[plan.slot_of_candidate[every]] + own
    gate, minimum = _there(columns, plan, (slot, role, first))
    quantity = columns.quantity[role].astype(np.float64)
    pairs, nothing = np.arange(len(slot)), np.zeros(len(slot))
    same = minimum == quantity
    rows.add([(pair, every, 1), (pairs, gate, -quantity)], np.where(same, nothing, -np.inf), nothing)
    apart, inside = np.flatnonzero(~same & (minimum > 0)), np.flatnonzero(~same[pair] & (minimum[pair] > 0))
    number = np.full(len(slot), -1)
    number[apart] = np.arange(len(apart))
    rows.at_least(
        [(number[pair[inside]], every[inside], 1), (number[apart], gate[apart], -minimum[apart])],
        np.zeros(len(apart)),
    )
    on = np.arange(len(plan.on_role))
    rows.at_most([(on, plan.on + on, 1), (on, plan.slots + plan.on_slot, -1)], np.zeros(len(on)))


def _there(columns: Frame, plan: Layout, pairs: tuple[Ints, Ints, Ints]) -> tuple[Ints, Floats]:
    """For every (slot, role) the variable that says it is there, and the least units it then has."""
    slot, role, first = pairs
    gate = plan.slots + slot
    on = first[plan.on_slot] + plan.on_role - columns.role_start[columns.role_need[plan.on_role]]
    gate[on] = plan.on + np.arange(len(plan.on_role))
    # a graded role without a candidate in the slot is not there, whatever its slot is
    bare = plan.graded[plan.slot_need][slot] & (columns.minimum[role] >= 1)
    bare[on] = False
    return gate, np.where(bare, 0, columns.minimum[role]).astype(np.float64)


def _served(problem: Problem, columns: Frame, plan: Layout, rows: Rows) -> None:
    """Served: every role that asks one at least is there."""
    required = _required(columns, plan)
    simple = np.flatnonzero(plan.simple)
    number = np.full(plan.needs, -1)
    number[simple] = np.arange(len(simple))
    own = np.flatnonzero(plan.slot_of_candidate < 0)
    _equal(rows, (number[simple], plan.served + simple), (number[problem.candidates.need[own]], own))
    whole = np.flatnonzero(~plan.graded & ~plan.simple & (required > 0))
    number = np.full(plan.needs, -1)
    number[whole] = np.arange(len(whole))
    slots = np.flatnonzero(number[plan.slot_need] >= 0)
    _equal(rows, (number[whole], plan.served + whole), (number[plan.slot_need[slots]], plan.slots + slots))
    _served_by_roles(columns, plan, required, rows)
    free = np.flatnonzero(required == 0)
    rows.add([(np.arange(len(free)), plan.served + free, 1)], np.ones(len(free)), np.ones(len(free)))


def _equal(rows: Rows, one: tuple[Ints, Ints], several: tuple[Ints, Ints]) -> None:
    """One variable a row is the sum of several."""
    nothing = np.zeros(len(one[0]))
    rows.add([(*one, 1), (*several, -1)], nothing, nothing)


def _served_by_roles(columns: Frame, plan: Layout, required: Ints, rows: Rows) -> None:
    """A graded need: no more than each of its required roles, no less than all of them together."""
    graded = plan.graded & ~plan.simple
    gradual = np.flatnonzero(graded[columns.role_need] & (columns.minimum >= 1))
    at = np.full(len(columns.minimum), -1)
    at[gradual] = np.arange(len(gradual))
    on = np.arange(len(plan.on_role))
    rows.at_most(
        [(at[gradual], plan.served + columns.role_need[gradual], 1), (at[plan.on_role], plan.on + on, -1)],
        np.zeros(len(gradual)),
    )
    several = np.flatnonzero(graded & (required > 0))
    number = np.full(plan.needs, -1)
    number[several] = np.arange(len(several))
    rows.at_least(
        [
            (number[several], plan.served + several, 1),
            (number[columns.role_need[plan.on_role]], plan.on + on, -1),
        ],
        (1 - required[several]).astype(np.float64),
    )


def _steps(columns: Frame, plan: Layout, rows: Rows, steps: tuple[Ints, Ints]) -> None:
    """As many steps of a parish as it has needs served, the first before the second."""
    parish, step_parish = steps
    number = np.full(len(columns.needed) + 1, -1)
    number[parish] = np.arange(len(parish))
    needs = np.flatnonzero(number[columns.parish] >= 0)
    nothing = np.zeros(len(parish))
    rows.add(
        [
            (number[step_parish], plan.step + np.arange(len(step_parish)), 1),
            (number[columns.parish[needs]], plan.served + needs, -1),
        ],
        nothing,
        nothing,
    )
    first = np.flatnonzero(step_parish[1:] == step_parish[:-1])
    at = np.arange(len(first))
    rows.at_least([(at, plan.step + first, 1), (at, plan.step + first + 1, -1)], np.zeros(len(first)))


def _quotas(problem: Problem, plan: Layout, rows: Rows) -> Ints:
    first = rows.count
    for bound in quotas.bounds(problem):
        inside = np.flatnonzero(bound.inside)
        rows.add(
            [(np.zeros(len(inside), dtype=np.int64), plan.served + inside, 1)],
            np.array([bound.least]),
            np.array([bound.most]),
        )
    return np.arange(first, rows.count)


def _finish(
    problem: Problem, columns: Frame, made: tuple[Layout, Gates, Rows], extra: tuple[Ints, Ints, Ints]
) -> Programme:
    (plan, gates, rows), (step_parish, step_place, quota_rows) = made, extra
    variables = plan.step + len(step_parish)
    upper, lower = np.ones(variables), np.zeros(variables)
    upper[: plan.candidates] = plan.most
    lower[: plan.candidates] = columns.fixed
    whole = np.ones(variables, dtype=bool)
    whole[plan.served : plan.step] = False
    return Programme(
        matrix=rows.matrix(variables),
        row_lower=np.concatenate(rows.lower),
        row_upper=np.concatenate(rows.upper),
        lower=lower,
        upper=upper,
        whole=whole,
        decides=whole & ~_follows(problem, plan, gates, variables),
        served=plan.served,
        step=plan.step,
        step_parish=step_parish,
        step_place=step_place,
        quota_rows=quota_rows,
        units=plan.candidates,
    )


def _follows(problem: Problem, plan: Layout, gates: Gates, variables: int) -> Bools:
    """Candidates that come out whole by themselves: no choice of others, their resource used evenly."""
    table = problem.candidates
    follows = np.zeros(variables, dtype=bool)
    follows[: plan.candidates] = (table.use == 0) | (_even_use(problem) > 0)[table.resource]
    follows[gates.variable] = False
    return follows
