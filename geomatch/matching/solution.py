"""A solution as a ``geomatch-solution/1`` document: who gets what, how good it is, and why not the rest."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy

from geomatch import __version__
from geomatch.matching import baselines
from geomatch.matching.conflicts import Conflict
from geomatch.matching.document import Document, given_name, sha256
from geomatch.matching.explain import Reason, explain
from geomatch.matching.frame import Frame, frame
from geomatch.matching.problem import Ints, Problem, Quota
from geomatch.matching.solve import Outcome
from geomatch.matching.tally import Tally, tally
from geomatch.matching.versions import versions

FORMAT = "geomatch-solution/1"
SOLVER = f"scipy {scipy.__version__} (LAPJVsp, HiGHS)"
Eliminated = Mapping[str, Mapping[str, int]]
"""By need id: how many resources each hard test took away."""


def to_document(
    problem: Problem, outcome: Outcome, *, eliminated: Eliminated | None = None, seconds: float | None = None
) -> Document:
    """The solution document. ``eliminated`` tells needs without a candidate which test took whom away;
    ``seconds`` is how long the caller saw it take.
    """
    columns = frame(problem)
    total, impossible = outcome.tally, outcome.status == "infeasible"
    reasons = explain(problem, columns, outcome.units, total.served)
    document: Document = {
        "format": FORMAT,
        "status": outcome.status,
        "assignments": assignments(problem, outcome.units),
        "served": int(total.served.sum()),
        "score": total.score,
        "total_minutes": total.minutes,
        "mean_minutes": total.mean_minutes,
        "objective": outcome.objective,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "baselines": {
            "first_come_nearest": _baseline(problem, columns, baselines.first_come_nearest(problem)),
            "shortest_first": _baseline(problem, columns, baselines.shortest_first(problem)),
        },
        "areas": areas(problem, total),
        "unmatched": [unmatched(problem, reason, eliminated or {}) for reason in reasons],
        "receipt": {
            "problem_sha256": sha256(problem),
            "policy": problem.policy.name,
            "fairness": float(problem.policy.fairness),
            "solver": SOLVER,
            "version": __version__,
            "versions": versions(),
            "seconds": seconds,
        },
    }
    if impossible:
        document["conflicts"] = [_conflict(problem, one) for one in outcome.conflicts]
    return document


def assignments(problem: Problem, units: Ints) -> list[Document]:
    """One row for every candidate with units, in order of its key."""
    table = problem.candidates
    rows = []
    for row in np.flatnonzero(units).tolist():
        need = problem.needs[table.need[row]]
        rows.append(
            {
                "need": need.id,
                "role": need.roles[table.role[row]].id,
                "resource": problem.resources[table.resource[row]].id,
                "slot": problem.slot_name(int(table.slot[row])),
                "quantity": int(units[row]),
                "minutes": float(table.minutes[row]),
                "given": given_name(problem, row),
            }
        )
    return rows


def units_of(problem: Problem, document: Mapping[str, Any]) -> Ints:
    """Units by candidate of a solution document's assignments.

    A need one of whose assignments is no candidate here, or more than may go over it, has none at all.
    """
    columns, table = frame(problem), problem.candidates
    most = np.minimum(columns.quantity[columns.role], columns.capacity[table.resource])
    rows = {_key(one): at for at, one in enumerate(assignments(problem, _ones(problem)))}
    units = np.zeros(len(table), dtype=np.int64)
    torn = set()
    for one in document["assignments"]:
        at = rows.get(_key(one))
        if at is None or one["quantity"] > most[at]:
            torn.add(one["need"])
        else:
            units[at] = one["quantity"]
    numbers = [number for number, need in enumerate(problem.needs) if need.id in torn]
    units[np.isin(table.need, numbers)] = 0
    return units


def _ones(problem: Problem) -> Ints:
    return np.ones(len(problem.candidates), dtype=np.int64)


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    given = row["given"] or {}
    return (
        *(str(row[name]) for name in ("need", "role", "resource", "slot")),
        str(given.get("role")),
        str(given.get("resource")),
    )


def areas(problem: Problem, total: Tally) -> list[Document]:
    """Needs and needs served of every area, counting all that lies below it, in order of ids."""
    above = problem.areas_above()
    needed = dict.fromkeys(above, 0)
    served = dict.fromkeys(above, 0)
    for need, got in zip(problem.needs, total.served.tolist(), strict=True):
        for area in () if need.area is None else above.get(need.area, (need.area,)):
            needed[area] = needed.get(area, 0) + 1
            served[area] = served.get(area, 0) + got
    return [{"id": area, "needed": needed[area], "served": served[area]} for area in sorted(needed)]


def _baseline(problem: Problem, columns: Frame, units: Ints) -> Document:
    total = tally(problem, columns, units)
    return {"served": int(total.served.sum()), "score": total.score, "mean_minutes": total.mean_minutes}


def unmatched(problem: Problem, reason: Reason, eliminated: Eliminated) -> Document:
    """Why one need is not served, as a row of ``unmatched``."""
    need = problem.needs[reason.need].id
    row: dict[str, Any] = {"need": need, "reason": reason.reason}
    if reason.reason == "no-candidate":
        tests = eliminated.get(need, {})
        row["eliminated"] = [{"test": test, "count": count} for test, count in tests.items() if count]
    elif reason.reason == "competition":
        row["needs"] = [problem.needs[one].id for one in reason.needs]
        row["supply"] = [
            {
                "resource": problem.resources[resource].id,
                "slots": None if slots is None else [problem.slot_name(slot) for slot in slots],
            }
            for resource, slots in reason.supply
        ]
        row |= {"demand": reason.demand, "capacity": reason.capacity}
        if reason.roles:
            row["roles"] = {
                problem.needs[one].id: [problem.needs[one].roles[role].id for role in roles]
                for one, roles in zip(reason.needs, reason.roles, strict=True)
            }
    elif reason.quota is not None:
        row["quota"] = _quota(reason.quota)
    else:
        row["role"] = reason.role
    return row


def _quota(quota: Quota) -> Document:
    return {"area": quota.area, "minimum_share": quota.minimum_share, "maximum_share": quota.maximum_share}


def _conflict(problem: Problem, conflict: Conflict) -> Document:
    if isinstance(conflict.item, Quota):
        return {"quota": _quota(conflict.item), "needs": list(conflict.needs)}
    row, units = conflict.item
    only = np.zeros(len(problem.candidates), dtype=np.int64)
    only[row] = units
    return {"fixed": assignments(problem, only)[0], "needs": list(conflict.needs)}
