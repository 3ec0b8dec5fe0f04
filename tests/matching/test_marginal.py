"""Where one more would help: equal to solving the whole problem again with it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.matching import aims, kernel, lexical, marginal, program, solve
from geomatch.matching.aims import Aim
from geomatch.matching.frame import frame
from geomatch.matching.marginal import Extra
from geomatch.matching.problem import (
    NOTHING_GIVEN,
    TIMELESS,
    Area,
    Candidates,
    Need,
    Policy,
    Problem,
    Quota,
    Resource,
    Role,
)

SLOTS = ("s1", "s2", "s3")
Row = tuple[int, int, int, int]


def problem(
    needs: list[Need], resources: list[Resource], rows: list[Row], uses: list[int] | None = None
) -> Problem:
    """From (need, role, resource, slot) numbers; minutes are the row's own number."""
    columns = np.array(sorted(set(rows)), dtype=np.int64).reshape(-1, 4).T
    size = columns.shape[1]
    nothing = np.full(size, NOTHING_GIVEN, dtype=np.int64)
    use = np.array((uses or [1] * size)[:size], dtype=np.int64)
    table = Candidates(*columns, np.arange(size) + 1.0, np.zeros(size), use, nothing, nothing)
    made = Problem(tuple(needs), tuple(resources), SLOTS, table, Policy("travel-first"))
    return replace(made, candidates=table.take(table.in_order()))


def again(before: Problem, extra: Extra) -> tuple[float, int]:
    """By how much the most, and then the number served, grow when everything is solved again."""
    (score, served), (then, more) = (_best(one) for one in (before, marginal.with_extra(before, extra)))
    return then - score, more - served


def _best(whole: Problem) -> tuple[float, int]:
    score = solve.solve(whole).tally.score
    columns = frame(whole)
    model = program.programme(whole, columns, fair=False)
    count = np.zeros(model.variables)
    count[model.served : model.step] = -1.0
    found = lexical.minimise(model, [aims.most(whole, columns, model), Aim("served", count)])
    return score, round(-found.values[1])


def test_a_second_hall_serves_whoever_was_turned_away() -> None:
    two = problem([Need("a"), Need("b"), Need("c")], [Resource("hall", 1)], [(0, 0, 0, -1), (1, 0, 0, -1)])
    near, far, nowhere = (
        marginal.offer("z", [(need, 0, TIMELESS) for need in needs], SLOTS, once=True)
        for needs in ([0], [2], [])
    )
    told = marginal.gains(two, [near, far, nowhere])
    assert [one.needs for one in told] == [1, 1, 0]


def test_one_more_frees_a_place_for_somebody_it_does_not_reach() -> None:
    """A takes the new hall, B takes A's, C takes B's: the new hall reaches A only."""
    chain = problem(
        [Need("a"), Need("b"), Need("c")],
        [Resource("h1", 1), Resource("h2", 1)],
        [(0, 0, 0, -1), (1, 0, 0, -1), (1, 0, 1, -1), (2, 0, 1, -1)],
    )
    extra = Extra(Resource("z", 1), np.array([0]), np.array([0]), np.array([TIMELESS]))
    assert marginal.gains(chain, [extra]) == [marginal.Gain("z", 1, 1.0)]


def test_a_hall_lent_once_a_slot_serves_several_and_a_person_asked_once_serves_one() -> None:
    needs = [Need("a"), Need("b"), Need("c")]
    nobody = problem(needs, [], [])
    rows = [(0, 0, 0), (1, 0, 1), (2, 0, 1)]
    hall, person = (marginal.offer("z", rows, SLOTS, once=once) for once in (False, True))
    assert [one.needs for one in marginal.gains(nobody, [hall, person])] == [2, 1]


def test_a_driver_completes_an_event_whose_hall_is_there() -> None:
    event = Need("event", roles=(Role("driver"), Role("venue")))
    case = problem([event], [Resource("hall", 1)], [(0, 1, 0, -1)])
    driver = marginal.offer("z", [(0, 0, TIMELESS)], SLOTS, once=True)
    assert marginal.gains(case, [driver])[0].needs == 1


def test_an_event_that_nobody_can_serve_is_solved_all_the_same() -> None:
    event = Need("event", roles=(Role("driver"), Role("venue")))
    assert solve.solve(problem([event], [], [])).tally.score == 0


def test_helpers_tied_to_a_hall_go_to_one_more_hall_too() -> None:
    """Two events, one hall, a helper for each who may go wherever the event is."""
    events = [Need(f"event{at}", roles=(Role("helper"), Role("venue"))) for at in range(2)]
    halls = [(at, 1, 0, -1) for at in range(2)]
    case = problem(events, [Resource("hall", 1), Resource("h0", 1), Resource("h1", 1)], halls)
    tied = Candidates(
        need=np.array([0, 1]),
        role=np.array([0, 0]),
        resource=np.array([1, 2]),
        slot=np.array([TIMELESS, TIMELESS]),
        minutes=np.ones(2),
        penalty=np.zeros(2),
        use=np.ones(2, dtype=np.int64),
        given_role=np.array([1, 1]),
        given_resource=np.array([0, 0]),
    )
    names = Candidates.__dataclass_fields__
    table = Candidates(*(np.concatenate((getattr(case.candidates, n), getattr(tied, n))) for n in names))
    case = replace(case, candidates=table.take(table.in_order()))
    hall = marginal.offer("z", [(0, 1, TIMELESS), (1, 1, TIMELESS)], SLOTS, once=True)
    assert marginal.gains(case, [hall])[0].needs == 1
    assert again(case, hall) == (pytest.approx(1.0), 1)


def test_needs_that_nobody_stands_in_the_way_of_are_certain() -> None:
    roomy = problem(
        [Need("a"), Need("b"), Need("c"), Need("d")],
        [Resource("big", 2), Resource("small", 1)],
        [(0, 0, 0, -1), (1, 0, 0, -1), (1, 0, 1, -1), (2, 0, 1, -1), (3, 0, 1, -1)],
    )
    found = kernel.kernel(roomy, frame(roomy))
    assert found.certain.tolist() == [True, True, False, False]
    assert found.kept.tolist() == [False, False, False, True, True]
    assert found.component[2] == found.component[3]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Problem, list[Extra]]:
    resources = [
        Resource(f"r{at}", draw(st.integers(0, 3)), {slot: draw(st.integers(0, 2)) for slot in SLOTS[:2]})
        for at in range(draw(st.integers(0, 4)))
    ]
    needs = []
    for at in range(draw(st.integers(1, 6))):
        roles = []
        for number in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
            quantity = draw(st.sampled_from([1, 1, 1, 2]))
            roles.append(Role(f"q{number}", quantity, draw(st.integers(0 if number else 1, quantity))))
        weight = draw(st.sampled_from([1.0, 1.0, 1.5, 2.0]))
        whole = draw(st.booleans())
        needs.append(Need(f"n{at}", weight=weight, all_or_nothing=whole, roles=tuple(roles)))
    places = [
        (need, role, slot)
        for need, one in enumerate(needs)
        for role in range(len(one.roles))
        for slot in (TIMELESS, 0, 1)
    ]
    some = st.lists(st.sampled_from(places), max_size=8)
    rows = [(need, role, at, slot) for at in range(len(resources)) for need, role, slot in draw(some)]
    uses = draw(st.lists(st.sampled_from([1, 1, 1, 2, 0]), min_size=len(rows), max_size=len(rows)))
    extras = [
        marginal.offer("z", draw(some), SLOTS, once=draw(st.booleans()))
        for _ in range(draw(st.integers(1, 3)))
    ]
    return problem(needs, resources, rows, uses), extras


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_a_gain_is_exactly_what_solving_again_gives(world: tuple[Problem, list[Extra]]) -> None:
    before, extras = world
    for extra, told in zip(extras, marginal.gains(before, extras), strict=True):
        score, needs = again(before, extra)
        assert (told.score, told.needs) == (pytest.approx(score, abs=1e-6), needs)


def test_a_gain_is_exactly_that_in_a_county_of_a_hundred_and_fifty_needs() -> None:
    rng = np.random.default_rng(11)
    needs = []
    for at in range(150):
        roles = (Role("a"),) if at % 5 else (Role("a"), Role("b"))
        needs.append(Need(f"n{at:03}", weight=float(rng.choice([1.0, 1.0, 1.5, 2.0])), roles=roles))
    resources = [Resource(f"r{at:03}", 2, dict.fromkeys(SLOTS, 1)) for at in range(60)]
    homes, halls = rng.random((150, 2)), rng.random((60, 2))
    rows = [
        (need, role, at, int(slot))
        for need in range(150)
        for role in range(len(needs[need].roles))
        for slot in rng.choice(3, 2, replace=False)
        for at in np.flatnonzero(np.hypot(*(halls - homes[need]).T) < 0.1)
    ]
    county = problem(needs, resources, rows)
    extras = []
    for number, spot in enumerate(rng.random((40, 2))):
        near = np.flatnonzero(np.hypot(*(homes - spot).T) < 0.15).tolist()
        reached = [
            (need, role, slot) for need in near for role in range(len(needs[need].roles)) for slot in range(3)
        ]
        extras.append(marginal.offer(f"z{number}", reached, SLOTS, once=number % 2 == 0))
    told = marginal.gains(county, extras)
    assert len({one.needs for one in told}) > 1
    for at in (1, 26):
        score, served = again(county, extras[at])
        assert (told[at].score, told[at].needs) == (pytest.approx(score, abs=1e-6), served)


def test_with_quotas_everything_is_solved_again() -> None:
    two = problem([Need("a", "p"), Need("b", "p")], [Resource("hall", 1)], [(0, 0, 0, -1), (1, 0, 0, -1)])
    shut = replace(two, areas=(Area("p"),), quotas=(Quota("p", maximum_share=0.5),))
    extra = marginal.offer("z", [(0, 0, TIMELESS), (1, 0, TIMELESS)], SLOTS, once=True)
    assert marginal.gains(two, [extra])[0].needs == 1
    assert marginal.gains(shut, [extra])[0].needs == 0
