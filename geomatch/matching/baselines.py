"""What people do without us: first come takes the nearest; or the shortest journeys first.

Both answer with units by candidate and respect everything a solution must (but quotas); fixed matches
stand before either begins.
"""

from dataclasses import dataclass, field

import numpy as np

from geomatch.matching.frame import Frame, frame
from geomatch.matching.problem import Ints, Problem

Choice = list[tuple[int, int]]
"""(candidate row, units) pairs."""
UNDATED = "9999-12-31"
"""Needs that do not say when they were asked come after those that do."""


@dataclass(eq=False)
class Ledger:
    """What is left to give while a baseline goes along, and the columns as lists, quick to look up."""

    problem: Problem
    columns: Frame
    units: Ints = field(init=False)
    left: list[int] = field(init=False)
    place_left: list[int] = field(init=False)

    def __post_init__(self) -> None:
        table, columns = self.problem.candidates, self.columns
        self.units = columns.fixed.copy()
        spent = columns.fixed * table.use
        self.left = (columns.capacity - _sums(table.resource, spent, len(columns.capacity))).tolist()
        self.place_left = (
            columns.place_capacity - _sums(columns.place, spent, len(columns.place_capacity))
        ).tolist()
        self.resource: list[int] = table.resource.tolist()
        self.place: list[int] = columns.place.tolist()
        self.use: list[int] = table.use.tolist()
        self.role: list[int] = columns.role.tolist()
        self.minutes: list[float] = table.minutes.tolist()
        self.given_role: list[int] = columns.given_role.tolist()
        self.given_resource: list[int] = table.given_resource.tolist()
        most = np.minimum(columns.quantity[columns.role], columns.capacity[table.resource])
        self.most: list[int] = (most - columns.fixed).tolist()

    def room(self, row: int, wanted: int) -> int:
        """Units that may still go over a candidate, at most ``wanted``."""
        room = min(wanted, self.most[row])
        if room > 0 and self.use[row]:
            left = min(self.left[self.resource[row]], self.place_left[self.place[row]])
            room = min(room, left // self.use[row])
        return max(room, 0)

    def take(self, row: int, units: int) -> None:
        """Give ``units`` (or give them back, when negative) over a candidate."""
        self.units[row] += units
        self.most[row] -= units
        self.left[self.resource[row]] -= units * self.use[row]
        self.place_left[self.place[row]] -= units * self.use[row]


def first_come_nearest(problem: Problem) -> Ints:
    """Needs by (asked, id), each its nearest complete set. Units by candidate."""
    columns = frame(problem)
    ledger = Ledger(problem, columns)
    table = problem.candidates
    order = np.lexsort((table.slot, table.resource, table.minutes, table.need))
    begins = np.searchsorted(table.need[order], np.arange(len(problem.needs) + 1))
    touched = set(table.need[columns.fixed > 0].tolist())
    by_date = sorted(range(len(problem.needs)), key=lambda at: (problem.needs[at].asked or UNDATED, at))
    for need in by_date:
        rows = order[begins[need] : begins[need + 1]].tolist()
        if need not in touched:
            _serve(ledger, need, rows)
    return ledger.units


def _serve(ledger: Ledger, need: int, rows: list[int]) -> None:
    roles = ledger.problem.needs[need].roles
    if len(roles) == 1 and roles[0].quantity == 1 and roles[0].minimum == 1:
        row = next((row for row in rows if ledger.room(row, 1)), None)
        choice = [] if row is None else [(row, 1)]
    else:
        choice = _nearest_set(ledger, need, rows)
    for row, units in choice:
        ledger.take(row, units)


def _nearest_set(ledger: Ledger, need: int, rows: list[int]) -> Choice:
    """The complete set of least minutes, over every slot the need may have."""
    slots: dict[int, list[int]] = {}
    for row in rows:
        slots.setdefault(int(ledger.problem.candidates.slot[row]), []).append(row)
    search = _Search(ledger, need)
    for slot in sorted(slots):
        search.within(slots[slot])
    return search.best


class _Search:
    """Branch and bound over one need's roles: those that others are tied to first."""

    def __init__(self, ledger: Ledger, need: int) -> None:
        self.ledger = ledger
        first = int(ledger.columns.role_start[need])
        self.roles = {first + at: role for at, role in enumerate(ledger.problem.needs[need].roles)}
        self.best: Choice = []
        self.least = float("inf")

    def within(self, rows: list[int]) -> None:
        """Look for something better among these rows of one slot, the nearest first."""
        tied_to = {self.ledger.given_role[row] for row in rows}
        self.order = sorted(self.roles, key=lambda role: (role not in tied_to, role))
        self.rows = {role: [row for row in rows if self.ledger.role[row] == role] for role in self.roles}
        self._next(0, [], 0.0)

    def _next(self, at: int, choice: Choice, minutes: float) -> None:
        if minutes >= self.least:
            return
        if at == len(self.order):
            if self._ties_hold(choice):
                self.best, self.least = list(choice), minutes
            return
        options = self._options(self.order[at], choice)
        for option in options:
            for row, units in option:
                self.ledger.take(row, units)
            more = sum(self.ledger.minutes[row] * units for row, units in option)
            self._next(at + 1, choice + option, minutes + more)
            for row, units in option:
                self.ledger.take(row, -units)

    def _options(self, number: int, choice: Choice) -> list[Choice]:
        role = self.roles[number]
        rows = [row for row in self.rows[number] if self._may_tie(row, choice)]
        if role.quantity == 1:
            single: list[Choice] = [[(row, 1)] for row in rows if self.ledger.room(row, 1)]
            return single or ([[]] if role.minimum == 0 else [])
        taken: Choice = []
        wanted = role.quantity
        for row in rows:
            units = self.ledger.room(row, wanted)
            if units:
                self.ledger.take(row, units)
                taken.append((row, units))
                wanted -= units
        for row, units in taken:
            self.ledger.take(row, -units)
        return [taken] if role.quantity - wanted >= role.minimum else []

    def _may_tie(self, row: int, choice: Choice) -> bool:
        role, resource = self.ledger.given_role[row], self.ledger.given_resource[row]
        return all(
            self.ledger.role[other] != role or self.ledger.resource[other] == resource for other, _ in choice
        )

    def _ties_hold(self, choice: Choice) -> bool:
        return all(self._may_tie(row, choice) for row, _ in choice)


def shortest_first(problem: Problem) -> Ints:
    """Candidates by (minutes, need, resource), each taken if it still can be. Units by candidate.

    The first candidate taken settles a need's slot. What is incomplete at the end is given up.
    """
    columns = frame(problem)
    ledger, table = Ledger(problem, columns), problem.candidates
    order = np.lexsort((table.slot, table.role, table.resource, table.need, table.minutes))
    wanted = (columns.quantity - _sums(columns.role, columns.fixed, len(columns.quantity))).tolist()
    needs, slots = table.need.tolist(), table.slot.tolist()
    slot_of = {needs[row]: slots[row] for row, _ in problem.fixed}
    tied = columns.given_role.max(initial=-1) >= 0
    for row in order.tolist():
        role = ledger.role[row]
        if not wanted[role] or slot_of.get(needs[row], slots[row]) != slots[row]:
            continue
        if tied and not _fits_ties(ledger, row):
            continue
        units = ledger.room(row, wanted[role])
        if units:
            ledger.take(row, units)
            wanted[role] -= units
            slot_of[needs[row]] = slots[row]
    return _complete(problem, columns, ledger.units)


def _fits_ties(ledger: Ledger, row: int) -> bool:
    """Whether the candidate's own tie holds now, and it breaks nobody else's."""
    table = ledger.problem.candidates
    begin, end = np.searchsorted(table.need, (table.need[row], table.need[row] + 1))
    taken = [int(other) for other in np.arange(begin, end)[ledger.units[begin:end] > 0]]
    role, resource = ledger.given_role[row], ledger.given_resource[row]
    if role >= 0:
        theirs = [other for other in taken if ledger.role[other] == role]
        if not theirs or any(ledger.resource[other] != resource for other in theirs):
            return False
    return all(
        ledger.given_role[other] != ledger.role[row] or ledger.given_resource[other] == ledger.resource[row]
        for other in taken
    )


def _complete(problem: Problem, columns: Frame, units: Ints) -> Ints:
    """The units without those of incomplete needs, or of incomplete roles where needs are graded."""
    whole = np.array([need.all_or_nothing for need in problem.needs], dtype=bool)
    short = _sums(columns.role, units, len(columns.quantity)) < columns.minimum
    failed = np.zeros(len(whole), dtype=bool)
    failed[columns.role_need[short]] = True
    dropped = short[columns.role] | (failed & whole)[problem.candidates.need]
    return np.where(dropped & (columns.fixed == 0), 0, units)


def _sums(groups: Ints, values: Ints, count: int) -> Ints:
    return np.bincount(groups, weights=values, minlength=count).astype(np.int64)
