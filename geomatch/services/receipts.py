"""Receipts: what a run was made of, and the same run made again from what was kept with it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from geomatch.db import runs
from geomatch.errors import InputError, UnavailableError
from geomatch.matching import document, packed, reclear, solution, solve
from geomatch.matching.problem import Ints, Problem
from geomatch.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Replay:
    """A run solved again: whether it came out the same, and what did not."""

    run: int
    identical: bool
    differences: tuple[str, ...]
    problem_sha256: str
    then: dict[str, Any]
    now: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """The ``--json`` shape of ``geomatch match --replay``; versions then and now."""
        return {
            "run": self.run,
            "identical": self.identical,
            "differences": list(self.differences),
            "problem_sha256": self.problem_sha256,
            "then": self.then,
            "now": self.now,
        }


def problem_of(door: sa.Engine, run: int) -> Problem:
    """The problem kept with a run, hash checked.

    Raises UnavailableError when there is no such run or nothing was kept, InputError when it was changed.
    """
    with door.connect() as connection:
        return _kept(connection, run)[0]


def problem_document(door: sa.Engine, run: int) -> dict[str, Any]:
    """The same as a ``geomatch-problem/1`` document. Raises as ``problem_of``."""
    return document.to_document(problem_of(door, run))


def replay(door: sa.Engine, run: int, *, progress: Progress = silent) -> Replay:
    """Solve the problem kept with a run again and lay the two side by side. Raises as ``problem_of``."""
    with door.connect() as connection:
        problem, told = _kept(connection, run)
        earlier = _earlier(connection, problem, told)
    if earlier is None:
        outcome = solve.solve(problem, progress=progress)
    else:
        outcome = reclear.clear(problem, earlier, told["difference"]["limit"], progress=progress).outcome
    again = solution.to_document(problem, outcome)
    differences = [f"status: {told['status']} then, {again['status']} now"] * (
        told["status"] != again["status"]
    )
    for name in ("objective", "bound"):
        if told[name] != again[name]:
            differences.append(f"{name}: {told[name]} then, {again[name]} now")
    differences += _unlike(told["assignments"], again["assignments"])
    receipts = told["receipt"], again["receipt"]
    return Replay(
        run=run,
        identical=not differences,
        differences=tuple(differences),
        problem_sha256=told["receipt"]["problem_sha256"],
        then=receipts[0].get("versions", {}),
        now=receipts[1]["versions"],
    )


def _earlier(connection: sa.Connection, problem: Problem, told: dict[str, Any]) -> Ints | None:
    """Units proposed before, of a run that was to change few of them."""
    if "difference" not in told:
        return None
    before = runs.document(connection, told["difference"]["since"])
    if before is None:
        raise UnavailableError(f"run {told['difference']['since']}, which this one was to change, is gone")
    return solution.units_of(problem, before)


def _kept(connection: sa.Connection, run: int) -> tuple[Problem, dict[str, Any]]:
    told, kept = runs.document(connection, run), runs.kept_problem(connection, run)
    if told is None or kept is None:
        raise UnavailableError(f"run {run}: {'no such run' if told is None else 'its problem was not kept'}")
    problem = packed.from_bytes(kept)
    found, stated = document.sha256(problem), told["receipt"]["problem_sha256"]
    if found != stated:
        raise InputError(f"run {run}: the problem kept has the hash {found}; its receipt says {stated}")
    return problem, told


def _unlike(then: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[str]:
    old, new = ({_key(row): row for row in rows} for rows in (then, now))
    gone = [f"{_say(key)}: then, not now" for key in old if key not in new]
    come = [f"{_say(key)}: now, not then" for key in new if key not in old]
    both = [key for key in old if key in new and old[key] != new[key]]
    return gone + come + [f"{_say(key)}: {old[key]} then, {new[key]} now" for key in both]


def _say(key: tuple[Any, ...]) -> str:
    return " ".join(str(part) for part in key if part is not None)


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["need"], row["role"], row["resource"], row["slot"], str(row["given"]))
