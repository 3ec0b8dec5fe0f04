"""How many could meet a need that is only being written down: all the hard tests, and nothing kept.

The need is stored, looked at by the very tests of a matching and taken back, in the caller's transaction.
Two things are simpler, to be quick: each role is counted by itself, to the need's own place, and people are
at their masks, as the desk sees them.
"""

from dataclasses import dataclass, replace

import numpy as np
import sqlalchemy as sa

from geomatch.db import areas, needs, runs
from geomatch.errors import InputError
from geomatch.matching import candidates
from geomatch.matching.rules import Rules
from geomatch.model import Mode, Need
from geomatch.progress import silent
from geomatch.services import journeys, routing, worlds
from geomatch.services.importing import Job
from geomatch.services.journeys import Trips
from geomatch.travel import Network


@dataclass(frozen=True, slots=True)
class Count:
    """Of one role: how many resources pass every hard test, and of how many units it asks."""

    role: str
    kind: str
    wanted: int
    found: int


def count(job: Job, need: Need) -> tuple[Count, ...]:
    """Candidates of each role, in the order of the roles.

    Raises InputError for a need that no matching would look at, saying why.
    """
    taken_back = job.connection.begin_nested()
    try:
        alone = replace(need, all_or_nothing=False)
        needs.save(job.connection, job.county.id, [alone], import_id=None)
        areas.place(job.connection, job.county.id, refs=[need.id])
        return _counted(job, need)
    finally:
        taken_back.rollback()


def _counted(job: Job, need: Need) -> tuple[Count, ...]:
    rules = Rules.of(job.county.settings.get("matching", {}))
    material = runs.material_of(job.connection, job.county.id, job.today, need.id, ask_days=rules.ask_days)
    if not material.needs:
        raise InputError(_why_not(job, need))
    size = len(material.resources)
    direct = journeys.to_needs(material.needs, material.resources, _networks(job.connection, job), silent)
    world = worlds.world(material, (direct, Trips.none((size, size))), job.today, rules)
    found = candidates.find(world)
    pairs = np.unique(np.stack([found.role, found.resource]), axis=1)
    named = [row["role"] for row in material.roles]
    by_role = {role: int((pairs[0] == at).sum()) for at, role in enumerate(named)}
    return tuple(Count(role.id, role.kind, role.quantity, by_role[role.id]) for role in need.roles)


def _networks(connection: sa.Connection, job: Job) -> "journeys.Networks | None":
    if not routing.routing_modes(connection, job.county.id):
        return None
    made: dict[Mode, Network] = {}

    def network(mode: Mode) -> Network:
        if mode not in made:
            made[mode] = job.held.network(connection, job.county.id, mode).network
        return made[mode]

    return network


def _why_not(job: Job, need: Need) -> str:
    if need.closes and need.closes < job.today:
        return f"closed on {need.closes}"
    if need.windows and all(window.ends.date() < job.today for window in need.windows):
        return "all its times are over"
    return "nobody knows where it is yet; expected a postcode, a parish or a position"
