"""One matching of one county: read, time, test, solve, keep."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from geomatch.db import audit, counties, roads, runs
from geomatch.db.audit import Entry, What
from geomatch.db.runs import Material
from geomatch.errors import UnavailableError, UnknownPlaceError
from geomatch.matching import (
    baselines,
    candidates,
    check,
    differences,
    document,
    fairness,
    packed,
    reclear,
    solution,
    solve,
)
from geomatch.matching.frame import frame
from geomatch.matching.problem import (
    POLICIES,
    Policy,
    Problem,
)
from geomatch.matching.rules import Rules
from geomatch.matching.standing import Standing
from geomatch.matching.tally import Tally, tally
from geomatch.matching.world import OWN_PLACE
from geomatch.model import Mode, ResourceKind, Window
from geomatch.progress import Progress, silent
from geomatch.services import heard, journeys, ladders, problems, routing, slots, worlds
from geomatch.services.journeys import Networks, Trips
from geomatch.services.ladders import Behind
from geomatch.services.problems import Seen
from geomatch.travel import Network, blob


@dataclass(frozen=True, slots=True)
class Case:
    """A county's problem, with what tells its solution: the hard tests' counts, the windows and the rest."""

    problem: Problem
    eliminated: dict[str, dict[str, int]]
    windows: dict[tuple[str, str | None], Window]
    receipt: dict[str, Any]
    behind: Behind


@dataclass(frozen=True, slots=True)
class Asked:
    """Which matching: of which county (``None``: the only one), on which day, by which policy and kind.

    ``changes`` is how many proposals of the newest run may be moved or dropped; ``None`` for any number.
    ``account`` is whoever asks, where they are signed in.
    """

    county: str | None
    day: date
    policy: Policy = field(default_factory=Policy)
    kind: ResourceKind | None = None
    changes: int | None = None
    account: int | None = None


def match(door: sa.Engine, asked: Asked, *, progress: Progress = silent) -> dict[str, Any]:
    """Match a county's open needs and keep the run; gives the solution document and ``run``.

    With ``kind`` only needs with a role of that kind take part. Raises InputError or UnknownPlaceError when
    the county is not clear.
    """
    started = time.monotonic()
    with door.begin() as connection:
        county = counties.chosen(connection, asked.county)
        case = read(connection, county, asked, progress=progress)
        outcome, difference = _solved(connection, county, case.problem, asked, progress)
        seconds = round(time.monotonic() - started, 3)
        told = solution.to_document(case.problem, outcome, eliminated=case.eliminated, seconds=seconds)
        told["receipt"] |= case.receipt
        told |= difference
        told["ladders"] = ladders.of_all(case.problem, outcome.units, case.behind, progress=progress)
        progress("Keeping the run", 0, None)
        kinds = {row["ref"]: row["kind"] for row in case.behind.seen.material.resources}
        told["run"] = runs.save(
            connection,
            county.id,
            told,
            day=asked.day,
            windows=case.windows,
            told=heard.minutes(told["assignments"], kinds),
            ladders=heard.ladders(told["ladders"]),
        )
        runs.keep_problem(connection, told["run"], packed.to_bytes(case.problem))
        _write_down(connection, county.id, told["run"], asked.account)
    return told


def _write_down(connection: sa.Connection, county: int, run: int, account: int | None) -> None:
    who = "command" if account is None else f"account {account}"
    audit.write(connection, Entry(who, What.MATCH, f"run/{run}", account_id=account, county_id=county))


def _solved(
    connection: sa.Connection,
    county: counties.County,
    problem: Problem,
    asked: Asked,
    progress: Progress,
) -> tuple[solve.Outcome, dict[str, Any]]:
    """The best matching, and beside it what it changes where changes are counted."""
    run = None if asked.changes is None else runs.latest(connection, county.id)
    if run is None:
        return solve.solve(problem, progress=progress), {}
    earlier = solution.units_of(problem, run["document"])
    cleared = reclear.clear(problem, earlier, asked.changes, progress=progress)
    told = differences.to_document(problem, earlier, cleared)
    open_needs = {need.id for need in problem.needs}
    proposed = {row["need"] for row in run["document"]["assignments"]} & open_needs
    gone = sorted(proposed - {*told["kept"], *(row["need"] for row in told["moved"] + told["dropped"])})
    return cleared.outcome, {"difference": {"since": run["id"], **told, "gone": gone}}


def compare(door: sa.Engine, asked: Asked, *, progress: Progress = silent) -> dict[str, dict[str, float]]:
    """What every policy and both baselines would do with the same needs; nothing is kept."""
    with door.begin() as connection:
        county = counties.chosen(connection, asked.county)
        case = read(connection, county, asked, progress=progress)
    columns = frame(case.problem)
    by_hand = {
        people.__name__.replace("_", "-"): tally(case.problem, columns, people(case.problem))
        for people in (baselines.first_come_nearest, baselines.shortest_first)
    }
    by_policy = {
        name: solve.solve(replace(case.problem, policy=Policy(name)), progress=progress).tally
        for name in POLICIES
    }
    return {name: _figures(case.problem, total) for name, total in (by_policy | by_hand).items()}


def _figures(problem: Problem, total: Tally) -> dict[str, float]:
    told = solution.areas(problem, total)
    parishes = {area.id for area in problem.areas if area.kind == "parish"}
    shares = np.array(
        [row["served"] / row["needed"] for row in told if row["id"] in parishes and row["needed"]]
    )
    return {
        "served": int(total.served.sum()),
        "mean_minutes": total.mean_minutes,
        "empty_parishes": int((shares == 0).sum()),
        "p10_share": fairness.tenth_percentile(shares),
        "gini": fairness.gini(shares),
    }


def solve_document(problem: dict[str, Any], *, progress: Progress = silent) -> dict[str, Any]:
    """The solution document of a problem document. Raises InputError that lists every fault."""
    started = time.monotonic()
    case = document.from_document(problem)
    outcome = solve.solve(case, progress=progress)
    return solution.to_document(case, outcome, seconds=round(time.monotonic() - started, 3))


def check_documents(problem: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    """What is wrong with a solution document, in words; nothing when it is valid."""
    return check.check(problem, answer)


def read(
    connection: sa.Connection,
    county: counties.County,
    asked: Asked,
    *,
    progress: Progress = silent,
) -> Case:
    """The problem of a county's open needs on a day. Raises InputError for settings that cannot be used."""
    progress("Reading needs and resources", 0, None)
    rules = Rules.of(county.settings.get("matching", {}))
    offered = runs.material(connection, county.id, asked.day, ask_days=rules.ask_days)
    material = _asked_for(offered, asked.kind)
    networks = _networks(connection, county.id, progress)
    world = worlds.world(material, _trips(material, networks, progress), asked.day, rules)
    found = candidates.find(world, progress=progress)
    shared = slots.share(world.times)
    seen = Seen(material, world, found, shared)
    return Case(
        problem=problems.problem(seen, asked.policy, rules),
        eliminated={
            need["ref"]: candidates.eliminated_by_need(world, found, at)
            for at, need in enumerate(material.needs)
        },
        windows=problems.windows(material, world, shared),
        receipt={
            "as_of": asked.day.isoformat(),
            "minutes": "guessed from straight lines" if networks is None else "by road",
            "roads": {} if networks is None else networks.hashes(),
            "areas": runs.vintages(connection, county.id, asked.day),
            "rules": asdict(rules),
            "untied": sorted({material.needs[world.roles.need[row]]["ref"] for row in found.untied.tolist()}),
        },
        behind=Behind(seen, networks, {code: word for word, code in worlds.words_of(material).of.items()}),
    )


def explain(door: sa.Engine, slug: str | None, need: str) -> dict[str, Any]:
    """What a need was matched with in the latest run, or the reason why not.

    Raises UnknownPlaceError for a need that took no part, and UnavailableError when nothing was matched yet.
    """
    with door.connect() as connection:
        county = counties.chosen(connection, slug)
        run = _newest(connection, county)
    told = run["document"]
    matched = [row for row in told["assignments"] if row["need"] == need]
    reason = next((row for row in told["unmatched"] if row["need"] == need), None)
    if not matched and reason is None:
        raise UnknownPlaceError(f"need {need!r} took no part in run {run['id']} of {county.name}")
    found = {"assignments": matched} if reason is None else None
    steps = told.get("ladders", {}).get(need, [])
    return {"need": need, "run": run["id"], "matched": found, "reason": reason, "ladder": steps}


def explain_without(
    door: sa.Engine, slug: str | None, need: str, resource: str, *, progress: Progress = silent
) -> dict[str, Any]:
    """The same as if a resource had dropped out of the newest run; ``left_behind`` are all it leaves.

    Raises as ``explain``, UnknownPlaceError for a resource that took no part, and UnavailableError when
    the county is not as it was any more.
    """
    with door.begin() as connection:
        county = counties.chosen(connection, slug)
        run = _newest(connection, county)
        receipt = run["document"]["receipt"]
        asked = Asked(county.slug, run["as_of"], Policy(receipt["policy"], receipt["fairness"]))
        case = read(connection, county, asked, progress=progress)
    if document.sha256(case.problem) != run["problem_sha256"]:
        raise UnavailableError(f"{county.name} has changed since run {run['id']}; type: geomatch match")
    number = next((at for at, one in enumerate(case.problem.needs) if one.id == need), None)
    if number is None:
        raise UnknownPlaceError(f"need {need!r} took no part in run {run['id']} of {county.name}")
    before = Standing(case.problem, solution.units_of(case.problem, run["document"]))
    now, steps = ladders.after_dropping(before, resource, case.behind, progress=progress)
    given = [row for row in solution.assignments(now.problem, now.units) if row["need"] == need]
    served = bool(now.served[number])
    return {
        "need": need,
        "run": run["id"],
        "without": resource,
        "matched": {"assignments": given} if served else None,
        "reason": None if served else ladders.reason(now, number, case.eliminated),
        "ladder": steps.get(need, []),
        "left_behind": sorted(steps),
    }


def _newest(connection: sa.Connection, county: counties.County) -> sa.RowMapping:
    run = runs.latest(connection, county.id)
    if run is None:
        raise UnavailableError(f"nothing was matched in {county.name} yet; type: geomatch match")
    return run


def _asked_for(material: Material, kind: ResourceKind | None) -> Material:
    if kind is None:
        return material
    chosen = {role["need_id"] for role in material.roles if role["kind"] == kind}
    return replace(material, needs=[need for need in material.needs if need["id"] in chosen])


def _networks(connection: sa.Connection, county_id: int, progress: Progress) -> "_ByMode | None":
    if not roads.loaded(connection, county_id):
        return None

    def made(mode: Mode) -> Network:
        return routing.HELD.network(connection, county_id, mode, progress=progress).network

    return _ByMode(made)


class _ByMode:
    """Networks by mode, each made when it is first asked for."""

    def __init__(self, make: Callable[[Mode], Network]) -> None:
        self.make = make
        self.made: dict[Mode, Network] = {}

    def __call__(self, mode: Mode) -> Network:
        if mode not in self.made:
            self.made[mode] = self.make(mode)
        return self.made[mode]

    def hashes(self) -> dict[str, str]:
        """By mode the hash of all times on the roads, of the modes somebody went by."""
        return {
            str(mode): blob.weights_hash(network.arcs).hex() for mode, network in sorted(self.made.items())
        }


def _trips(material: Material, networks: Networks | None, progress: Progress) -> tuple[Trips, Trips]:
    """Trips to needs, and those between resources where any role goes to what another chose."""
    needs, resources = material.needs, material.resources
    direct = journeys.to_needs(needs, resources, networks, progress)
    if (worlds.goes_to(material) == OWN_PLACE).all():
        return direct, Trips.none((len(resources), len(resources)))
    return direct, journeys.between(needs, resources, networks, progress)
