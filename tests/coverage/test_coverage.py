"""Coverage: three villages worked by hand, PySAL's figures on the same matrix, and what must always hold."""

import warnings

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch import coverage
from geomatch.coverage import Needs, People
from geomatch.errors import InputError


def matrix(dense: list[list[float]]) -> sp.csr_array:
    """Sparse minutes from dense ones, ``inf`` left out; a 0 is kept as next to nothing."""
    full = np.array(dense)
    row, column = np.nonzero(np.isfinite(full))
    return sp.csr_array((np.maximum(full[row, column], 1e-300), (row, column)), shape=full.shape)


FAR = float("inf")
VILLAGES = People(
    area=("ash", "ash", "birch", None),
    residents=np.array([100.0, 300.0, 200.0, 400.0]),
    minutes=matrix([[5, 20], [15, FAR], [FAR, 30], [30, FAR]]),
    supply=np.array([2.0, 1.0]),
    accessible=np.array([False, True]),
)
"""Two points in Ash, one in Birch, one outside; nobody has counted Cherry. Halls of two rooms and of one."""
NEEDS = Needs(("ash", "ash", "birch", "cherry"), np.array([10.0, FAR, 30.0, 30.5]))
CODES = ["ash", "birch", "cherry"]


def rows(minutes: float = 30.0) -> dict[str, coverage.Row]:
    found = coverage.rows(CODES, VILLAGES, NEEDS, ["ash", "birch"], minutes)
    return {row.code: row for row in found}


def test_three_villages_come_out_as_worked_by_hand() -> None:
    """Around the first hall 100 x 1 + 300 x 0.68 + 400 x 0.22, around the other 100 x 0.68 + 200 x 0.22."""
    found = rows()
    first, second = 2 / 392, 1 / 112
    near, middle, far = 1.0, 0.68, 0.22
    ash = (100 * (near * first + middle * second) + 300 * middle * first) / 400
    assert found["ash"].e2sfca == pytest.approx(ash, rel=1e-12)
    assert found["birch"].e2sfca == pytest.approx(far * second, rel=1e-12)
    assert (found["ash"].residents, found["ash"].residents_within) == (400, 400)
    assert (found["ash"].residents_within_accessible, found["ash"].share_residents_accessible) == (100, 0.25)
    assert (found["ash"].origin_indicator, found["ash"].average_minimum_minutes) == (1.25, 12.5)
    assert (found["ash"].needs, found["ash"].needs_within, found["ash"].share_needs) == (2, 1, 0.5)
    assert [found[code].places for code in CODES] == [1, 1, 0]


def test_a_share_of_people_is_told_apart_from_a_share_of_places() -> None:
    ash = rows(10)["ash"]
    assert (ash.share_residents, ash.destination_indicator) == (0.25, 0.25)
    assert (ash.share_points, ash.points, ash.points_within) == (0.5, 2, 1)


def test_what_nobody_counted_is_unknown_and_not_nought() -> None:
    cherry = rows()["cherry"]
    assert (cherry.residents, cherry.residents_within, cherry.share_residents) == (None, None, None)
    assert (cherry.e2sfca, cherry.origin_indicator, cherry.average_minimum_minutes) == (None, None, None)
    assert (cherry.needs, cherry.needs_within, cherry.share_needs) == (1, 0, 0.0)
    empty = People((), np.zeros(0), sp.csr_array((0, 0)), np.zeros(0), np.zeros(0, dtype=bool))
    nobody = coverage.rows(["ash"], empty, Needs((), np.zeros(0)), [], 20)[0]
    assert (nobody.residents, nobody.needs, nobody.share_needs, nobody.places) == (None, 0, None, 0)


def test_exactly_at_the_limit_counts_as_reached() -> None:
    assert rows(20)["ash"].residents_within_accessible == 100
    assert rows(19.999)["ash"].residents_within_accessible == 0
    assert rows(30.5)["cherry"].needs_within == 1
    assert coverage.decay(np.array([10.0, 10.1, 20.0, 30.0, 30.1]), 30).tolist() == [1, 0.68, 0.68, 0.22, 0]


def test_the_origin_indicator_stops_at_ten() -> None:
    assert coverage.origin_indicator(matrix([[1.0] * 14, [1.0] * 3 + [FAR] * 11])).tolist() == [10, 3]


def test_wrong_shapes_and_limits_are_refused() -> None:
    with pytest.raises(InputError, match="max_minutes 0"):
        rows(0)
    with pytest.raises(InputError, match="max_minutes nan"):
        rows(float("nan"))
    with pytest.raises(InputError, match="expected 2 points"):
        People(("a", "b"), np.ones(2), matrix([[1.0]]), np.ones(1), np.zeros(1, dtype=bool))
    with pytest.raises(InputError, match="0 or more"):
        People(("a",), np.array([-1.0]), matrix([[1.0]]), np.ones(1), np.zeros(1, dtype=bool))


@st.composite
def worlds(draw: st.DrawFn) -> People:
    points, places = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    away = st.one_of(st.just(FAR), st.integers(0, 45).map(float), st.floats(0, 45, allow_nan=False))
    return People(
        tuple(draw(st.sampled_from(["ash", "birch", None])) for _ in range(points)),
        np.array([draw(st.integers(0, 900)) for _ in range(points)], dtype=float),
        matrix([[draw(away) for _ in range(places)] for _ in range(points)]),
        np.array([draw(st.integers(1, 4)) for _ in range(places)], dtype=float),
        np.array([draw(st.booleans()) for _ in range(places)]),
    )


@settings(max_examples=80, deadline=None)
@given(worlds(), st.floats(1, 50), st.floats(1, 50))
def test_a_longer_limit_never_reaches_fewer(people: People, one: float, other: float) -> None:
    nearest = coverage.nearest(people.minutes)
    needs = Needs(people.area, nearest)
    less, more = (coverage.rows(["ash", "birch"], people, needs, [], m) for m in sorted((one, other)))
    for before, after in zip(less, more, strict=True):
        for name in ("residents_within", "residents_within_accessible", "needs_within", "points_within"):
            assert (getattr(before, name) or 0) <= (getattr(after, name) or 0)
        assert (before.origin_indicator or 0) <= (after.origin_indicator or 0)


@settings(max_examples=25, deadline=None)
@given(worlds(), st.floats(6, 60))
def test_congestion_equals_pysal_s_on_the_same_matrix(people: People, limit: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd
        from access import fca, weights
    stored = sp.coo_array(people.minutes)
    if not len(stored.data):
        return
    demand = pd.DataFrame({"geoid": range(len(people.area)), "people": people.residents}).set_index("geoid")
    supply = pd.DataFrame({"geoid": range(len(people.supply)), "rooms": people.supply}).set_index("geoid")
    cost = pd.DataFrame({"origin": stored.coords[0], "dest": stored.coords[1], "cost": stored.data})
    step = weights.step_fn({limit * share: weight for share, weight in coverage.DECAY[:-1]} | {limit: 0.22})
    shared = fca.weighted_catchment(
        demand, cost, limit, cost_source="origin", cost_dest="dest", loc_index=True,
        loc_value="people", weight_fn=step,
    )  # fmt: skip
    each = (supply["rooms"] / shared).replace([np.inf], 0).fillna(0).rename("each").to_frame()
    each.index.name = "geoid"
    theirs = fca.weighted_catchment(
        each, cost, limit, cost_source="dest", cost_dest="origin", loc_index=True,
        loc_value="each", weight_fn=step,
    )  # fmt: skip
    ours = coverage.e2sfca(people.minutes, people.residents, people.supply, max_minutes=limit)
    wanted = theirs.reindex(range(len(people.area))).fillna(0).to_numpy()
    assert ours == pytest.approx(wanted, abs=1e-9)
