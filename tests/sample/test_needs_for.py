"""Needs made up for any county."""

import random
from datetime import date, timedelta

import pytest

from geomatch import sample
from geomatch.model import ResourceKind
from geomatch.sample import ParishSeat

BASE = date(2027, 3, 1)
PARISHES = [ParishSeat(f"E0400{n:04d}", f"Parish {n}", 400_000.0 + n, 300_000.0, n * 90) for n in range(30)]


def test_the_same_seed_gives_the_same_needs_in_any_order_of_parishes() -> None:
    shuffled = random.Random(4).sample(PARISHES, len(PARISHES))  # noqa: S311 - a shuffle, not a secret
    assert sample.needs_for(PARISHES, seed=5, base=BASE) == sample.needs_for(shuffled, seed=5, base=BASE)


def test_another_seed_gives_other_needs() -> None:
    assert sample.needs_for(PARISHES, seed=5, base=BASE) != sample.needs_for(PARISHES, seed=6, base=BASE)


@pytest.mark.parametrize("count", [0, 1, 7, 250])
def test_as_many_as_asked_for(count: int) -> None:
    needs = sample.needs_for(PARISHES, seed=5, count=count, base=BASE)
    assert len({need.id for need in needs}) == count


def test_without_a_count_there_are_two_for_each_parish_and_more_where_people_live() -> None:
    residents = sum(parish.residents for parish in PARISHES)
    assert len(sample.needs_for(PARISHES, seed=5, base=BASE)) == 60 + residents // 400


def test_no_parishes_ask_for_nothing() -> None:
    assert sample.needs_for([], seed=5, count=10, base=BASE) == []


def test_most_can_be_met_by_a_venue_alone() -> None:
    needs = sample.needs_for(PARISHES, seed=5, count=400, base=BASE)
    venue_alone = [n for n in needs if [role.kind for role in n.roles] == [ResourceKind.VENUE]]
    assert len(venue_alone) > 240
    assert len({role.kind for need in needs for role in need.roles}) == len(ResourceKind)


def test_needs_lie_near_their_parish_and_after_the_base() -> None:
    seats = {parish.code: parish for parish in PARISHES}
    for need in sample.needs_for(PARISHES, seed=5, base=BASE):
        assert need.point
        assert need.parish
        assert abs(need.point[0] - seats[need.parish].easting) < 1000
        assert all(BASE <= window.starts.date() < BASE + timedelta(days=56) for window in need.windows)
        assert need.asked
        assert need.asked < BASE
