"""Where to place so many more: examples, every choice tried, and the published values of San Francisco."""

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.errors import InputError
from geomatch.matching import places, siting
from geomatch.matching.places import Places


def on_a_line(demands: list[float], sites: list[float], weights: list[float], opened: int = 0) -> Places:
    """Demands and sites at so many miles along one road; the last ``opened`` sites are there already."""
    cost = np.abs(np.array(demands)[:, None] - np.array(sites)[None, :])
    return Places(
        tuple(f"d{at}" for at in range(len(demands))),
        tuple(f"s{at}" for at in range(len(sites))),
        cost,
        np.array(weights, dtype=float),
        np.arange(len(sites)) >= len(sites) - opened,
    )


def test_one_hall_goes_where_the_people_are_and_for_the_worst_off_in_the_middle() -> None:
    road = on_a_line([0, 1, 10], [0, 1, 5, 10], [5, 5, 1])
    assert siting.place(road, "mean", count=1).sites == ("s1",)
    assert siting.place(road, "worst", count=1) == siting.Sited(("s2",), 5.0, 5.0, 0.0, ())
    assert siting.place(road, "coverage", count=1, limit=1).value == 10
    assert siting.place(road, "set-cover", limit=1).value == 2


def test_exactly_at_the_limit_counts_as_reached() -> None:
    road = on_a_line([0, 3], [0], [1, 1])
    assert siting.place(road, "coverage", count=1, limit=3).value == 2
    assert siting.place(road, "coverage", count=1, limit=2.999).unreached == ("d1",)


def test_what_is_open_already_serves_and_is_never_chosen() -> None:
    road = on_a_line([0, 10], [0, 10, 0], [9, 1], opened=1)
    assert siting.place(road, "mean", count=1) == siting.Sited(("s1",), 0.0, 0.0, 0.0, ())
    assert siting.place(road, "set-cover", limit=1).sites == ("s1",)
    assert siting.place(road, "coverage", count=1, limit=1).value == 10


def test_what_no_site_can_reach_is_named_and_left_out() -> None:
    island = Places(("a", "b"), ("s",), np.array([[1.0], [np.inf]]), np.ones(2))
    for objective in siting.OBJECTIVES:
        found = siting.place(island, objective, count=1, limit=5)
        assert found.unreached == ("b",), objective
        assert found.gap == 0, objective


def every_choice(world: Places, objective: str, count: int, limit: float) -> float:
    """The best value by trying every set of so many sites, or for set-cover every set."""
    free = np.flatnonzero(~world.open)
    near = world.within(limit)
    reachable = np.isfinite(near.cost).any(axis=1)
    best = np.inf
    for size in range(len(free) + 1) if objective == "set-cover" else [min(count, len(free))]:
        for chosen in combinations(free, size):
            columns = [*chosen, *np.flatnonzero(world.open)]
            cost = near.cost[:, columns].min(axis=1, initial=np.inf)
            if objective == "coverage":
                best = min(best, -world.weight[np.isfinite(cost)].sum())
            elif np.isfinite(cost[reachable]).all():
                value = {
                    "mean": (cost[reachable] * world.weight[reachable]).sum(),
                    "worst": cost[reachable].max(initial=0.0),
                    "set-cover": size,
                }[objective]
                best = min(best, value)
    return -best if objective == "coverage" else best


@st.composite
def small_worlds(draw: st.DrawFn) -> tuple[Places, int]:
    demands, sites = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    away = st.sampled_from([0.0, 1.0, 2.0, 2.5, 4.0, 7.0, 9.0])
    cost = [[draw(away) for _ in range(sites)] for _ in range(demands)]
    weight = [draw(st.sampled_from([0.0, 1.0, 2.0, 5.0])) for _ in range(demands)]
    opened = np.array([draw(st.integers(0, 4)) == 0 for _ in range(sites)])
    opened[0] = False
    ids = [tuple(f"{letter}{at}" for at in range(size)) for letter, size in (("d", demands), ("s", sites))]
    made = Places(ids[0], ids[1], np.array(cost), np.array(weight), opened)
    return made, draw(st.integers(1, int((~opened).sum())))


@pytest.mark.parametrize("objective", siting.OBJECTIVES)
def test_as_good_as_trying_every_choice(objective: str) -> None:
    @settings(max_examples=60, deadline=None)
    @given(small_worlds(), st.sampled_from([2.0, 5.0, 100.0]))
    def holds(made: tuple[Places, int], limit: float) -> None:
        world, count = made
        wanted = every_choice(world, objective, count, limit)
        if wanted == np.inf:
            with pytest.raises(InputError, match="needed to reach everybody"):
                siting.place(world, objective, count=count, limit=limit)
            return
        found = siting.place(world, objective, count=count, limit=limit)
        assert found.value == pytest.approx(wanted, abs=1e-9)
        assert found.gap == 0
        assert found.bound == found.value
        assert len(found.sites) <= (count if objective != "set-cover" else found.value)

    holds()


def test_the_order_of_rows_changes_nothing() -> None:
    rng = np.random.default_rng(7)
    rows = [(f"d{d}", f"s{s}", float(rng.integers(1, 9)), 1.0 + d % 3) for d in range(12) for s in range(8)]
    backwards = list(reversed(rows))
    for objective in siting.OBJECTIVES:
        one, other = (
            siting.place(places.from_rows(given_), objective, count=2, limit=8)
            for given_ in (rows, backwards)
        )
        assert one == other


def test_bad_questions_are_refused() -> None:
    road = on_a_line([0, 1], [0, 1], [1, 1])
    for words, more in [
        ("objective 'best'", {"objective": "best"}),
        ("no limit given", {"objective": "coverage", "count": 1}),
        ("no limit given", {"objective": "set-cover"}),
        ("count None; expected 1 to 2", {"objective": "mean"}),
        ("count 3; expected 1 to 2", {"objective": "worst", "count": 3}),
        ("count 0; expected 1 to 2", {"objective": "mean", "count": 0}),
    ]:
        with pytest.raises(InputError, match=words):
            siting.place(road, **more)
    with pytest.raises(InputError, match="listed twice"):
        places.from_rows([("d", "s", 1, 1), ("d", "s", 2, 1)])
    with pytest.raises(InputError, match="expected one"):
        places.from_rows([("d", "s", 1, 1), ("d", "t", 2, 2)])
    with pytest.raises(InputError, match="0 or more"):
        Places(("d",), ("s",), np.array([[-1.0]]), np.ones(1))


def test_san_francisco_comes_out_as_published(test_data: Path) -> None:
    """Four values published with PySAL's spopt: 205 census tracts, 16 stores, metres by road."""
    file = test_data / "benchmarks" / "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    with file.open() as lines:
        city = places.from_rows(
            (row["DestinationName"], row["name"], float(row["distance"]), float(row["demand"]))
            for row in csv.DictReader(lines)
        )
    found = {
        objective: siting.place(city, objective, count=4, limit=limit)
        for objective, limit in [("set-cover", 5000), ("coverage", 5000), ("mean", None), ("worst", None)]
    }
    assert found["set-cover"].value == 8
    assert found["coverage"].value == 875_247
    assert round(found["mean"].value, 4) == 2_848_268_129.7145
    assert round(found["worst"].value, 6) == 7_403.063811
    assert all(one.gap == 0 and one.bound == one.value for one in found.values())
