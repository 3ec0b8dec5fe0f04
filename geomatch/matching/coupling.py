"""How parishes tie needs together that share no resource: which others a change may let in.

A policy that counts parishes may swap: one more served here lets one go elsewhere. A *rival* is a need that
is not served and has candidates; what it may push is ``Standing.around``.
"""

import numpy as np

from geomatch.matching.problem import Bools, Ints
from geomatch.matching.standing import Standing

_EQUAL = 1e-9


def coupled(standing: Standing, inside: set[int], more: Ints) -> set[int]:
    """Rivals, and whom they push, whom parishes better or worse off than before may let in.

    ``more`` is how many more needs are served than before by parish.
    """
    if not _counts_parishes(standing):
        return set()
    columns, left = standing.columns, standing.left_out - more
    let_in: set[int] = set()
    for rival in standing.rivals:
        if rival in inside:
            continue
        parishes, own = _may_lose(standing, rival), int(columns.parish[rival])
        worse_off = own >= 0 and more[own] < 0
        touched = parishes if worse_off else parishes[more[parishes] > 0]
        if not worse_off and own >= 0:
            # what paid before would have been done before, had there been a way
            touched = touched[~_paid_before(standing, own)[touched]]
        if len(touched) and (own < 0 or _paying(standing, own, left)[touched].any()):
            let_in |= standing.around({rival})
    return let_in


def chained(standing: Standing, need: int, inside: set[int]) -> set[int]:
    """With the rivals who may step in where somebody of their parish makes way, one after the other.

    Only those at the end of whose chain somebody may be left out for the need's sake.
    """
    if not _counts_parishes(standing):
        return inside
    columns, own = standing.columns, int(standing.columns.parish[need])
    paying = np.ones(len(columns.parishes), dtype=bool)
    if own >= 0:
        paying = _paying(standing, own, standing.left_out)
        paying[own] = True
    useful = _leading_to(standing, paying)
    grown = True
    while grown:
        parishes = {int(columns.parish[one]) for one in inside} - {-1}
        new = [one for one in useful if one not in inside and int(columns.parish[one]) in parishes]
        grown = bool(new)
        inside = inside | standing.around(new)
    return inside


def _leading_to(standing: Standing, paying: Bools) -> list[int]:
    """Rivals who may push somebody of a paying parish, or of the parish of another such rival."""
    paying = paying.copy()
    useful: set[int] = set()
    while True:
        new = [
            rival
            for rival in standing.rivals
            if rival not in useful and paying[_may_lose(standing, rival)].any()
        ]
        if not new:
            return sorted(useful)
        useful.update(new)
        parish = standing.columns.parish[new]
        paying[parish[parish >= 0]] = True


def _may_lose(standing: Standing, rival: int) -> Ints:
    """The parishes of the needs that a rival may push."""
    around = np.array(sorted(standing.around({rival}) - {rival}), dtype=np.int64)
    parish = standing.columns.parish[around]
    return np.unique(parish[parish >= 0])


def _counts_parishes(standing: Standing) -> bool:
    return standing.problem.policy.name != "travel-first" or bool(standing.problem.quotas)


def _paid_before(standing: Standing, own: int) -> Bools:
    """Parishes where leaving one more out was already worth less than one more served in ``own``."""
    columns, left = standing.columns, standing.left_out
    if standing.problem.policy.name != "no-need-lost" or standing.problem.quotas:
        return np.zeros(len(columns.parishes), dtype=bool)
    gained = (2 * left[own] - 1) / columns.needed[own]
    found: Bools = (2 * left + 1) / columns.needed < gained - _EQUAL
    return found


def _paying(standing: Standing, own: int, left: Ints) -> Bools:
    """Parishes where leaving one more out may be worth one more served in the parish ``own``."""
    columns = standing.columns
    if standing.problem.policy.name != "no-need-lost" or standing.problem.quotas:
        return np.ones(len(columns.parishes), dtype=bool)
    gained = (2 * left[own] - 1) / columns.needed[own]
    found: Bools = (2 * left + 1) / columns.needed <= gained + _EQUAL
    return found
