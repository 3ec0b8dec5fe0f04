"""Hard tests in their order, the first failure on record; unknown never passes as yes."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import scipy.sparse as sp

from geomatch.errors import InputError
from geomatch.matching import candidates, hardtests, slots, world
from geomatch.matching.problem import TIMELESS

DAY = date(2026, 11, 2).toordinal()
INF = float("inf")


def legs(minutes, way=None, inside=None) -> world.Legs:
    """Journeys from dense arrays; 0 is out of reach."""
    way = minutes if way is None else way
    inside = np.zeros(np.shape(minutes), dtype=bool) if inside is None else inside
    return world.Legs(*(sp.csr_array(np.asarray(each)) for each in (minutes, way, inside)))


def small_world(**changes) -> world.World:
    """One need with one role, asking a step-free hall within 20 minutes; five halls, the first perfect."""
    halls = 5
    made = world.World(
        day=DAY,
        roles=world.Roles(
            need=np.array([0]),
            kind=np.array([0]),
            subkind=np.array([-1]),
            substitutes=((),),
            max_minutes=np.array([20.0]),
            features=(((0, 1.0, False), (1, 50.0, False)),),
            check=np.array([2]),
            goes_to=np.array([world.OWN_PLACE]),
        ),
        resources=world.Resources(
            kind=np.zeros(halls, dtype=np.int64),
            subkind=np.full(halls, 3),
            max_minutes=np.full(halls, INF),
            verified_until=np.full(halls, world.NO),
            feature=np.tile([1.0, 80.0], (halls, 1)),
            feature_until=np.full((halls, 2), world.NO),
            catchment=np.zeros(halls, dtype=np.int64),
            catchment_minutes=np.full(halls, INF),
            check=np.full(halls, 3),
            check_until=np.full(halls, world.NO),
            penalty=np.zeros(halls),
            journey=np.ones(halls, dtype=bool),
            moves=np.zeros(halls, dtype=bool),
            place=np.zeros(halls, dtype=bool),
        ),
        times=world.Times(
            window_need=np.array([0]),
            window_starts=np.array([600]),
            window_ends=np.array([720]),
            free_resource=np.arange(halls),
            free_starts=np.full(halls, 600),
            free_ends=np.full(halls, 720),
            known=np.ones(halls, dtype=bool),
        ),
        legs=legs(np.full((1, halls), 10.0)),
        between=legs(np.zeros((halls, halls))),
    )
    for name, value in changes.items():
        table, column = name.split("__") if "__" in name else (None, name)
        made = (
            replace(made, **{column: value})
            if table is None
            else replace(made, **{table: replace(getattr(made, table), **{column: value})})
        )
    return made


def eliminated(made: world.World) -> dict[str, int]:
    counts = candidates.eliminated_by_need(made, candidates.find(made), 0)
    return {test: count for test, count in counts.items() if count}


def test_whoever_passes_every_test_is_a_candidate_in_the_need_s_window() -> None:
    found = candidates.find(small_world())
    assert found.resource.tolist() == [0, 1, 2, 3, 4]
    assert found.window.tolist() == [0] * 5
    assert found.minutes.tolist() == [10.0] * 5


CASES = {
    "kind": {"resources__kind": np.array([0, 1, 1, 0, 0])},
    "attributes": {"resources__feature": np.array([[1, 80], [0, 80], [np.nan, 80], [1, 50], [1, 50]])},
    "safeguarding": {
        "resources__check": np.array([2, 1, 3, 2, 4]),
        "resources__check_until": np.array([DAY, DAY, DAY - 1, DAY, world.NO]),
    },
    "availability": {"times__free_ends": np.array([720, 719, 719, 720, 800])},
    "catchment": {
        "resources__catchment": np.array([0, 1, 2, 1, 0]),
        "resources__catchment_minutes": np.array([INF, 9.9, INF, 10.0, INF]),
    },
    "budget": {"resources__max_minutes": np.array([INF, 9.9, 5.0, 10.0, INF])},
    "travel": {"legs": legs(np.array([[20.0, 20.1, 0, 3.0, 1.0]]))},
    "freshness": {"resources__verified_until": np.array([DAY, DAY - 1, DAY - 30, DAY + 1, world.NO])},
}


@pytest.mark.parametrize("test", CASES)
def test_each_test_takes_two_halls_away_and_its_limit_is_inclusive(test: str) -> None:
    made = small_world(**CASES[test])
    assert eliminated(made) == {test: 2}
    assert candidates.find(made).resource.tolist() == [0, 3, 4]


def test_only_the_first_failure_is_recorded_and_the_counts_sum_to_all_resources() -> None:
    everything_wrong = {name: value for case in CASES.values() for name, value in case.items()}
    made = small_world(**everything_wrong)
    found = candidates.find(made)
    assert eliminated(made) == {"kind": 2}
    assert (found.eliminated.sum(axis=1) + found.passed == 5).all()


def test_a_feature_that_has_run_out_does_not_pass_and_on_its_last_day_does() -> None:
    until = np.full((5, 2), world.NO)
    until[1, 0], until[2, 0] = DAY - 1, DAY
    assert candidates.find(small_world(resources__feature_until=until)).resource.tolist() == [0, 2, 3, 4]


def test_a_resource_nobody_has_told_us_about_passes_on_time() -> None:
    made = small_world(
        times__known=np.array([False, True, True, True, True]),
        times__free_resource=np.array([1, 2]),
        times__free_starts=np.array([0, 700]),
        times__free_ends=np.array([1000, 900]),
    )
    assert candidates.find(made).resource.tolist() == [0, 1]


def test_a_substitute_passes_with_a_penalty() -> None:
    made = small_world(
        roles__subkind=np.array([3]),
        roles__substitutes=((4,),),
        resources__subkind=np.array([3, 4, 5, 3, 5]),
    )
    found = candidates.find(made)
    assert found.resource.tolist() == [0, 1, 3]
    assert found.penalty.tolist() == [0.0, 5.0, 0.0]


def test_what_needs_no_journey_is_never_out_of_reach() -> None:
    made = small_world(legs=legs(np.zeros((1, 5))), resources__journey=np.array([False] + [True] * 4))
    found = candidates.find(made)
    assert found.resource.tolist() == [0]
    assert found.minutes.tolist() == [0.0]


def test_a_polygon_or_parish_catchment_lets_in_who_lies_inside() -> None:
    inside = legs(np.full((1, 5), 10.0), inside=np.array([[True, False, True, False, False]]))
    made = small_world(resources__catchment=np.full(5, 2), legs=inside)
    assert candidates.find(made).resource.tolist() == [0, 2]


def test_a_matrix_of_another_shape_is_refused() -> None:
    with pytest.raises(InputError, match="legs has the shape"):
        small_world(legs=legs(np.zeros((2, 5))))
    with pytest.raises(InputError, match="way has the shape"):
        legs(np.zeros((1, 5)), way=np.zeros((5, 1)))


def test_windows_that_overlap_share_a_slot_and_those_that_touch_do_not() -> None:
    slot, spans = slots.slots_of(np.array([0, 30, 60, 200]), np.array([40, 60, 90, 300]))
    assert slot.tolist() == [0, 0, 1, 2]
    assert spans == [(0, 60), (60, 90), (200, 300)]
    assert slots.slot_id((0, 60)) == "1970-01-01T00:00/1970-01-01T01:00"


@pytest.mark.parametrize(("ends", "last"), [(1439, 0), (1440, 0), (1441, 1), (2880, 1)])
def test_a_window_that_ends_at_midnight_ends_on_the_day_before(ends: int, last: int) -> None:
    made = small_world(day=hardtests.EPOCH_DAY, times__window_ends=np.array([ends]))
    assert hardtests.last_day(made, np.array([0])).tolist() == [hardtests.EPOCH_DAY + last]
    assert date(1970, 1, 1).toordinal() == hardtests.EPOCH_DAY


def test_without_a_window_what_counts_is_the_day_of_the_matching() -> None:
    assert hardtests.last_day(small_world(), np.array([TIMELESS])).tolist() == [DAY]
