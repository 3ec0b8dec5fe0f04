"""What fifty needs with limits of their own find out: whoever posts them sees which are too far away.

From the very home such circles once met within 30 to 80 m of it, for a mask 707 m wide.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from geomatch.db import counties, needs
from geomatch.matching.problem import Policy
from geomatch.model import Need, ResourceKind, Role
from geomatch.privacy.mask import INNER
from geomatch.services import matching
from geomatch.travel.straight import guess

SPIES = 50
AWAY = 4_000.0


def _matched(attacked: Any) -> dict[str, Any]:
    return matching.match(attacked.owner, matching.Asked(None, attacked.today, Policy()))


def _minutes(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    return guess(here, there, "car", max_minutes=240).toarray()


def _spies(attacked: Any, ref: str) -> tuple[np.ndarray, np.ndarray]:
    """Places round a mask, and limits that each cut through it somewhere else."""
    east, north, width = attacked.masks()[ref]
    chance = np.random.default_rng(4)
    turns = chance.uniform(0, 2 * math.pi, SPIES)
    spots = np.array([east, north]) + AWAY * np.column_stack([np.cos(turns), np.sin(turns)])
    aims = np.array([east, north]) + chance.uniform(-width, width, (SPIES, 2))
    return spots, _minutes(aims, spots).diagonal()


@contextmanager
def _posted(attacked: Any, ref: str, spots: np.ndarray, limits: np.ndarray) -> Iterator[list[str]]:
    """Needs that nobody but this volunteer could meet, published and matched."""
    helper = (Role("helper", ResourceKind.VOLUNTEER, subkind=f"sort_{ref}"),)
    asked = attacked.today - timedelta(days=3)
    wanted = [
        Need(id=f"spy-{at}", title="Spy", roles=helper, point=tuple(spot), max_minutes=limit, asked=asked)
        for at, (spot, limit) in enumerate(zip(spots.tolist(), limits.tolist(), strict=True))
    ]
    with attacked.owner.begin() as connection:
        made = connection.scalar(sa.text("select max(id) from import"))
        needs.save(connection, counties.chosen(connection, None).id, wanted, import_id=made)
    _matched(attacked)
    yield [need.id for need in wanted]
    with attacked.owner.begin() as connection:
        connection.execute(sa.text("delete from need where ref like 'spy-%'"))
    _matched(attacked)


@pytest.mark.parametrize("ref", ["p0", "p1", "p4", "p6"])
def test_fifty_needs_with_limits_of_their_own_lead_to_the_mask_and_not_to_the_home(
    attacked: Any, ref: str
) -> None:
    east, north, width = attacked.masks()[ref]
    spots, limits = _spies(attacked, ref)
    with _posted(attacked, ref, spots, limits) as posted:
        told = [attacked.clients["public"].get(f"/needs/{each}").text for each in posted]
    within = np.array(["too far away" not in page for page in told])
    assert SPIES / 4 < within.sum() < 3 * SPIES / 4
    axis = np.arange(-width, width + 1, 20.0)
    ground = np.stack(np.meshgrid(east + axis, north + axis), axis=-1).reshape(-1, 2)
    wrong = ((_minutes(ground, spots) <= limits) != within).sum(axis=1)
    found = ground[wrong == wrong.min()].mean(axis=0)
    assert math.dist(found, (east, north)) < 100, "the attack is a good one: it finds the mask"
    assert math.dist(found, attacked.homes[ref]) > INNER * width - 100


@pytest.mark.parametrize("county", ["attacked", "attacked_by_road"])
def test_a_matching_is_the_same_wherever_the_homes_are(
    county: str, request: pytest.FixtureRequest, moved: Any
) -> None:
    attacked = request.getfixturevalue(county)
    before = _matched(attacked)
    with moved(attacked.owner):
        after = _matched(attacked)
    for told in (before, after):
        del told["run"], told["receipt"]["seconds"]
    assert len(before["assignments"]) > 10
    assert len(before["unmatched"]) > 10
    assert before == after
