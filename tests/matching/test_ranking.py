"""The written rule of a search: who passes, who comes first, and who was nearly found."""

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomatch.availability.timetable import FREE, TAKEN, UNKNOWN
from geomatch.errors import InputError
from geomatch.matching import ranking, reasons, wishes
from geomatch.matching.attributes import Attributes
from geomatch.matching.ranking import TESTS, UNDATED, Offer, Offers, Reach
from geomatch.matching.wishes import Condition, Stated, Wish
from geomatch.matching.world import ANYWHERE, INSIDE
from geomatch.model import Mode, ResourceKind, Travels, Truth

DAY = date(2026, 12, 3)
REACH = Reach(20.0)


def _wish(*conditions: str, **more: Any) -> Wish:
    return Wish(DAY, more.pop("day", DAY), wishes.conditions(conditions), **more)


@dataclass(frozen=True)
class Thing:
    """A row of what a search looks at."""

    id: str
    minutes: float = 10.0
    metres: float = 900.0
    journey: bool = True
    quantity: int = 1
    budget: float = math.inf
    catchment: int = ANYWHERE
    vouched_until: date | None = None
    asks: int = 0
    free: int = FREE
    stated: dict[str, Stated] = field(default_factory=dict)


def _hall(id_: str, minutes: float = 10.0, **more: Any) -> Thing:
    return Thing(id_, minutes, **more)


def _offers(*things: Thing) -> Offers:
    def column(name: str, kind: type) -> Any:
        return np.array([getattr(each, name) for each in things], dtype=kind)

    dated = [each.vouched_until.toordinal() if each.vouched_until else UNDATED for each in things]
    return Offers(
        minutes=column("minutes", float),
        metres=column("metres", float),
        journey=column("journey", bool),
        quantity=column("quantity", int),
        budget=column("budget", float),
        catchment=column("catchment", int),
        catchment_minutes=np.full(len(things), np.inf),
        inside=np.zeros(len(things), dtype=bool),
        vouched=np.array(dated, dtype=int),
        asks=column("asks", int),
        free=column("free", int),
        attributes=Attributes.of([each.stated for each in things]),
    )


def _failed(thing: Thing, wish: Wish, reach: Reach = REACH) -> tuple[str, ...]:
    fails = ranking.failed(_offers(thing), wish, reach)[:, 0]
    return tuple(test for test, failed in zip(TESTS, fails, strict=True) if failed)


def _seats(count: float) -> dict[str, Stated]:
    return {"seats_theatre": Stated(count)}


def _order(*things: Thing, wish: Wish | None = None, reach: Reach = REACH) -> list[str]:
    """Ids of those that pass, best first; a search has its rows in the order of ids."""
    rows = sorted(things, key=lambda each: each.id)
    offers, wanted = _offers(*rows), wish or _wish()
    return [
        rows[at].id for at in ranking.ranked(offers, wanted, reach, ranking.failed(offers, wanted, reach))
    ]


def test_minutes_come_first_then_fit_then_freshness_then_goodwill_then_id() -> None:
    fresh, stale = date(2028, 1, 1), date(2027, 1, 1)
    wish = _wish(seats=60)
    offers = [
        _hall("far", 11.0, stated=_seats(60.0)),
        _hall("e", stated=_seats(70.0), vouched_until=fresh, asks=1),
        _hall("d", stated=_seats(70.0), vouched_until=fresh, asks=1),
        _hall("c", stated=_seats(70.0), vouched_until=fresh, asks=0),
        _hall("stale", stated=_seats(70.0), vouched_until=stale),
        _hall("undated", stated=_seats(70.0)),
        _hall("fits", stated=_seats(60.0)),
        _hall("huge", stated=_seats(400.0), vouched_until=fresh),
        _hall("near", 9.9, stated=_seats(400.0)),
        _hall("unknown-hours", stated=_seats(60.0), free=UNKNOWN),
    ]
    expected = ["near", "fits", "c", "d", "e", "stale", "undated", "huge", "unknown-hours", "far"]
    assert _order(*offers, wish=wish) == expected
    assert _order(*reversed(offers), wish=wish) == expected


def test_exactly_at_the_limit_counts_as_reached() -> None:
    assert _order(_hall("at", 20.0), _hall("past", 20.1)) == ["at"]
    near = Reach(5.0, radius_metres=900.0)
    assert _order(_hall("at", 10.0), reach=near) == ["at"]
    assert _order(_hall("past", 10.0), reach=Reach(5.0, radius_metres=899.0)) == []


def test_a_volunteer_is_told_to_the_nearest_five_minutes_and_the_nearest_kilometre() -> None:
    minutes = np.array([2.4, 2.5, 17.4, 17.5, math.inf])
    assert ranking.told_minutes(minutes, np.ones(5, dtype=bool)).tolist() == [0.0, 5.0, 15.0, 20.0, math.inf]
    assert ranking.told_metres(np.array([1499.0]), np.array([True])) == 1000.0
    assert ranking.told_minutes(np.array([17.449]), np.array([False])) == 17.4


def test_unknown_passes_only_where_it_is_asked_for() -> None:
    stated = {"hearing_loop": Stated(Truth.UNKNOWN), "stage": Stated(Truth.NO)}
    hall = _hall("h", stated=stated)
    for asked, passes in {
        "hearing_loop": False,
        "hearing_loop=yes,unknown": True,
        "hearing_loop=no": False,
        "step_free=unknown": True,
        "step_free": False,
        "stage=no": True,
        "stage=yes,unknown": False,
        "seats_theatre>=1": False,
        "pence_per_hour<=100000": False,
    }.items():
        assert (_failed(hall, _wish(asked)) == ()) is passes, asked


def test_a_certificate_has_to_hold_on_the_last_day() -> None:
    hall = _hall("h", stated={"first_aid": Stated(Truth.YES, DAY)})
    assert _failed(hall, _wish("first_aid")) == ()
    assert _failed(hall, _wish("first_aid", day=date(2026, 12, 4))) == ("attributes",)


def test_room_counts_by_the_layout_asked_for() -> None:
    hall = _hall("h", stated={"seats_theatre": Stated(80.0), "seats_tables": Stated(40.0)})
    assert _failed(hall, _wish(seats=60)) == ()
    assert _failed(hall, _wish(seats=60, layouts=("tables", "standing"))) == ("attributes",)
    assert _failed(hall, _wish(seats=40, layouts=("tables",))) == ()


def test_a_near_miss_fails_one_test_and_lies_within_reach() -> None:
    things = [
        _hall("passes"),
        _hall("stale", 5.0, vouched_until=date(2026, 12, 2)),
        _hall("elsewhere", catchment=INSIDE),
        _hall("too far for it", 15.0, budget=14.9),
        _hall("taken", 3.0, free=TAKEN),
        _hall("taken and stale", 1.0, free=TAKEN, vouched_until=date(2026, 12, 2)),
        _hall("too far", 30.0),
    ]
    offers = _offers(*things)
    fails = ranking.failed(offers, _wish(), REACH)
    found = ranking.near_misses(offers, _wish(), REACH, fails, most=9)
    assert [(things[at].id, test) for at, test in found] == [
        ("taken", "availability"),
        ("stale", "freshness"),
        ("elsewhere", "catchment"),
        ("too far for it", "budget"),
    ]
    assert len(ranking.near_misses(offers, _wish(), REACH, fails, most=2)) == 2


def test_what_needs_no_journey_is_never_too_far() -> None:
    grant = Thing("g", minutes=0.0, metres=math.inf, journey=False, budget=1.0)
    assert _failed(grant, _wish(), Reach(1.0, radius_metres=10.0)) == ()


def test_reasons_name_what_was_asked_unknown_included() -> None:
    hall = Offer(
        id="h",
        kind=ResourceKind.VENUE,
        travels=Travels.BENEFICIARY,
        minutes=12.3,
        metres=900.0,
        stated=_seats(80.0) | {"kitchen": Stated(Truth.NO)},
        asks=2,
    )
    told = reasons.of(hall, _wish("hearing_loop=unknown", "kitchen=no", seats=60), Mode.CAR)
    assert told == [
        "12 min by car", "80 in rows", "hearing loop unknown", "no kitchen", "step-free unknown",
        "nobody has said until when it holds", "asked 2 times lately",
    ]  # fmt: skip


_VALUES = {
    "hearing_loop": st.sampled_from([*Truth]),
    "seats_theatre": st.sampled_from([0.0, 59.0, 60.0, 80.5]),
    "theme": st.sampled_from(["Arts", "arts", "sport"]),
}
_UNTIL = st.sampled_from([None, DAY, date(2026, 12, 2)])
_STATED = st.fixed_dictionaries(
    {}, optional={name: st.builds(Stated, value, _UNTIL) for name, value in _VALUES.items()}
)
_CONDITIONS = [
    Condition(("hearing_loop",), frozenset(some)) for some in ([Truth.YES], [Truth.NO, Truth.UNKNOWN], Truth)
] + [
    Condition(("seats_theatre", "standing"), least=60.0),
    Condition(("seats_theatre",), least=10.0, most=60.0),
    Condition(("theme",), text="ARTS"),
]


@given(stated=st.lists(_STATED, max_size=4), asked=st.sampled_from(_CONDITIONS))
def test_many_at_once_meet_a_condition_as_each_by_itself(
    stated: list[dict[str, Stated]], asked: Condition
) -> None:
    met = Attributes.of(stated).meet(asked, DAY.toordinal())
    assert met.tolist() == [asked.met(each, DAY) for each in stated]


@pytest.mark.parametrize(
    "text", ["", "bogus", "step_free>=1", "step_free=maybe", "seats_theatre", "seats_theatre>=lots",
             "theme", "seats_theatre>=nan", "pence_per_hour<=-1", "' or 1=1 --", "step_free=yes;drop",
             "seats_theatre==9"],
)  # fmt: skip
def test_a_condition_that_means_nothing_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match="expected"):
        wishes.condition(text)
