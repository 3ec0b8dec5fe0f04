"""Which variables a programme has, and which candidates and slots each of them speaks for.

In their order: units over every candidate; whether a need lies in a slot; whether a graded need has a role in
a slot; whether all of a role comes from one resource; whether a need is served; and, where parishes count,
whether a parish has its k-th need served. A *simple* need asks for one unit of one thing: it is served just
as its candidates are taken, and has no variables for slots and roles.
"""

from dataclasses import dataclass

import numpy as np

from geomatch.matching.frame import Frame
from geomatch.matching.problem import Bools, Ints, Problem

NOWHERE = -1
"""No variable."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Numbers of variables by kind, and the lookup from candidates to them.

    ``slot_need`` says whose each slot is, ``on_role`` and ``on_slot`` which role in which slot, ``tie_role``
    and ``tie_resource`` which role all of which resource. ``slot_of_candidate``, ``on_of_candidate`` and
    ``tie_of_candidate`` count within their kind, or are ``NOWHERE``. ``most`` is how many units can go over
    each candidate.
    """

    simple: Bools
    graded: Bools
    slot_need: Ints
    slot_of_candidate: Ints
    on_role: Ints
    on_slot: Ints
    on_of_candidate: Ints
    tie_role: Ints
    tie_resource: Ints
    tie_of_candidate: Ints
    most: Ints

    @property
    def candidates(self) -> int:
        return len(self.most)

    @property
    def needs(self) -> int:
        return len(self.simple)

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


def layout(problem: Problem, columns: Frame) -> Layout:
    """The variables of a problem."""
    table = problem.candidates
    graded = np.array([not need.all_or_nothing for need in problem.needs], dtype=bool)
    simple = _simple(columns)
    bundled = ~simple[table.need]
    slots, slot_of_candidate = _numbered((table.need, table.slot), bundled)
    # a graded role that asks one at least is there or is not; any other follows its slot
    gradual = bundled & graded[table.need] & (columns.minimum[columns.role] >= 1)
    on, on_of_candidate = _numbered((columns.role, slot_of_candidate), gradual)
    loose = (columns.given_role >= 0) & ~_tight(columns, graded)
    ties, tie_of_candidate = _numbered((columns.given_role, table.given_resource), loose)
    return Layout(
        simple=simple,
        graded=graded,
        slot_need=slots[0],
        slot_of_candidate=slot_of_candidate,
        on_role=on[0],
        on_slot=on[1],
        on_of_candidate=on_of_candidate,
        tie_role=ties[0],
        tie_resource=ties[1],
        tie_of_candidate=tie_of_candidate,
        most=_most(problem, columns),
    )


def _simple(columns: Frame) -> Bools:
    first = columns.role_start[:-1]
    one = np.diff(columns.role_start) == 1
    found: Bools = one & (columns.quantity[first] == 1) & (columns.minimum[first] == 1)
    return found


def _numbered(keys: tuple[Ints, Ints], chosen: Bools) -> tuple[Ints, Ints]:
    """The distinct pairs of keys where chosen, and the number of each candidate's pair among them."""
    pairs, at = np.unique(np.stack(keys)[:, chosen], axis=1, return_inverse=True)
    number = np.full(len(chosen), NOWHERE)
    number[chosen] = at.reshape(-1)
    return pairs, number


def _tight(columns: Frame, graded: Bools) -> Bools:
    """Candidates tied to a role that is certain to have exactly one unit."""
    role = np.maximum(columns.given_role, 0)
    tight: Bools = (
        (columns.quantity[role] == 1) & (columns.minimum[role] == 1) & ~graded[columns.role_need[role]]
    )
    return tight


def _most(problem: Problem, columns: Frame) -> Ints:
    """Units that can go over each candidate: what its role asks, and what its resource and place hold."""
    table = problem.candidates
    capacity = columns.capacity[table.resource]
    room = np.minimum(columns.place_capacity[columns.place], capacity) // np.maximum(table.use, 1)
    most: Ints = np.minimum(columns.quantity[columns.role], np.where(table.use > 0, room, capacity))
    return most
