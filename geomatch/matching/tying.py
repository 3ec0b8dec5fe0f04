"""Rows by which what is tied to a choice comes only with it, and all that it needs with it.

A *gate* is what a candidate cannot be taken without: the choice it is tied to, the role it is part of, or the
slot. The rows say so for every single candidate, choice by choice, and not for their sum
alone: then half a choice lets in half of each, never one whole helper under two halves, and with the gates
decided the relaxation of one need by itself is whole (Balas' union of its choices).
"""

from dataclasses import dataclass

import numpy as np

from geomatch.matching.frame import Frame
from geomatch.matching.layout import NOWHERE, Layout
from geomatch.matching.problem import Bools, Ints, Problem
from geomatch.matching.rows import Rows, join


@dataclass(frozen=True, slots=True, eq=False)
class Gates:
    """(candidate, variable) pairs: the candidate comes only while one of its variables is there."""

    candidate: Ints
    variable: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """Ties to a role sure to have one unit. A *choice* is a resource for it, with a role tied to it.

    ``candidate`` and ``choice`` pair every candidate that makes a choice with it: a thing may come for one
    hall or for another. ``role`` is by choice, ``bound`` says whether all candidates of that role in the slot
    are tied to some choice. ``choice_of`` is that of each candidate in ``tied``, ``NOWHERE`` where nobody
    offers it.
    """

    candidate: Ints
    choice: Ints
    role: Ints
    bound: Bools
    tied: Ints
    choice_of: Ints


def add_given(problem: Problem, columns: Frame, layout: Layout, rows: Rows) -> Gates:
    """Units over a tied candidate only while all of the other role comes from the resource named."""
    _add_loose(problem, columns, layout, rows)
    tied = _choices(problem, columns, layout)
    _add_choices(columns, tied, rows)
    never = tied.tied[tied.choice_of == NOWHERE]
    rows.at_most([(np.arange(len(never)), never, 1)], np.zeros(len(never)))
    return _gates(layout, tied)


def add_singly(columns: Frame, layout: Layout, gates: Gates, rows: Rows) -> None:
    """No more over one candidate than it can give while its gate is there, where its role asks for more."""
    few = layout.most < columns.quantity[columns.role]
    few[layout.slot_of_candidate == NOWHERE] = False
    number = np.cumsum(few) - 1
    inside = few[gates.candidate]
    candidate, variable = gates.candidate[inside], gates.variable[inside]
    own = np.flatnonzero(few)
    rows.at_most(
        [
            (number[own], own, 1),
            (number[candidate], variable, -layout.most[candidate].astype(np.float64)),
        ],
        np.zeros(len(own)),
    )


def _choices(problem: Problem, columns: Frame, layout: Layout) -> Choices:
    """Every choice: asked for by a role, of a resource that somebody offers for the other role."""
    table, span = problem.candidates, len(columns.capacity)
    tied = np.flatnonzero((columns.given_role >= 0) & (layout.tie_of_candidate == NOWHERE))
    asks, ask_of = np.unique(
        np.stack((columns.role[tied], columns.given_role[tied], layout.slot_of_candidate[tied])),
        axis=1,
        return_inverse=True,
    )
    ask_of = ask_of.reshape(-1)
    key, of_ask, wanted = (
        role * (len(layout.slot_need) + 1) + slot + 1
        for role, slot in (
            (columns.role, layout.slot_of_candidate),
            (asks[0], asks[2]),
            (asks[1], asks[2]),
        )
    )
    ask, candidate = join(wanted, key)
    offered, choice = np.unique(ask * span + table.resource[candidate], return_inverse=True)
    looked_for = ask_of * span + table.given_resource[tied]
    at = np.minimum(np.searchsorted(offered, looked_for), max(len(offered) - 1, 0))
    found = offered[at] == looked_for if len(offered) else np.zeros(len(at), dtype=bool)
    everybody = np.bincount(key, minlength=1)[of_ask] if len(of_ask) else of_ask
    bound = np.bincount(ask_of, minlength=len(of_ask)) == everybody
    return Choices(
        candidate=candidate,
        choice=choice.reshape(-1),
        role=asks[0][offered // span],
        bound=bound[offered // span],
        tied=tied,
        choice_of=np.where(found, at, NOWHERE),
    )


def _gates(layout: Layout, tied: Choices) -> Gates:
    """Of a tied candidate those who make the choice, of any other its role or slot; none of simple needs."""
    gate = np.where(layout.on_of_candidate >= 0, layout.on + layout.on_of_candidate, NOWHERE)
    rest = (gate == NOWHERE) & (layout.slot_of_candidate >= 0)
    gate[rest] = layout.slots + layout.slot_of_candidate[rest]
    gate[tied.tied] = NOWHERE
    own = np.flatnonzero(gate >= 0)
    row, maker = join(tied.choice_of, tied.choice)
    return Gates(np.concatenate((own, tied.tied[row])), np.concatenate((gate[own], tied.candidate[maker])))


def _add_choices(columns: Frame, tied: Choices, rows: Rows) -> None:
    """minimum x choice <= units of a role that are tied to it <= quantity x choice."""
    known = np.flatnonzero(tied.choice_of >= 0)
    quantity, minimum = (one[tied.role].astype(np.float64) for one in (columns.quantity, columns.minimum))
    some = np.bincount(tied.choice_of[known], minlength=len(tied.role)) > 0
    rows.at_most(
        [
            (tied.choice_of[known], tied.tied[known], 1),
            (tied.choice, tied.candidate, -quantity[tied.choice]),
        ],
        np.zeros(len(tied.role)),
    )
    # with as many at least as at most, the sum over all choices says the rest
    least = np.where(tied.bound & ((minimum < quantity) | ~some), minimum, 0.0)
    asked = np.flatnonzero(least > 0)
    number = np.full(len(least), -1)
    number[asked] = np.arange(len(asked))
    units, makers = known[least[tied.choice_of[known]] > 0], np.flatnonzero(least[tied.choice] > 0)
    rows.at_least(
        [
            (number[tied.choice_of[units]], tied.tied[units], 1),
            (number[tied.choice[makers]], tied.candidate[makers], -least[tied.choice[makers]]),
        ],
        np.zeros(len(asked)),
    )


def _add_loose(problem: Problem, columns: Frame, layout: Layout, rows: Rows) -> None:
    """A tie to a role of several units, or of none perhaps: a variable that says all come from there."""
    loose = np.flatnonzero(layout.tie_of_candidate >= 0)
    number, ties = np.arange(len(loose)), np.arange(len(layout.tie_role))
    row, candidate = join(layout.tie_role, columns.role)
    other = problem.candidates.resource[candidate] != layout.tie_resource[row]
    asked = columns.quantity[layout.tie_role].astype(np.float64)
    rows.at_most([(row[other], candidate[other], 1), (ties, layout.tie + ties, asked)], asked)
    gate = layout.tie + layout.tie_of_candidate[loose]
    rows.at_most(
        [(number, loose, 1), (number, gate, -layout.most[loose].astype(np.float64))], np.zeros(len(loose))
    )
