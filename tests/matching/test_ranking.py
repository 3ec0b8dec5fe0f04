"""The written rule of a search: who passes, who comes first, and who was nearly found."""

import math
from datetime import date
from typing import Any

import pytest

from geomatch.errors import InputError
from geomatch.matching import ranking, reasons, wishes
from geomatch.matching.ranking import Offer, Reach
from geomatch.matching.wishes import Stated, Wish
from geomatch.model import Mode, ResourceKind, Travels, Truth

DAY = date(2026, 12, 3)
REACH = Reach(20.0)


def _wish(*conditions: str, **more: Any) -> Wish:
    return Wish(DAY, more.pop("day", DAY), wishes.conditions(conditions), **more)


def _hall(id_: str, minutes: float = 10.0, **more: Any) -> Offer:
    return Offer(
        id=id_, kind=ResourceKind.VENUE, travels=Travels.BENEFICIARY, minutes=minutes, metres=900.0, **more
    )


def _seats(count: float) -> dict[str, Stated]:
    return {"seats_theatre": Stated(count)}


def _order(*offers: Offer, wish: Wish | None = None) -> list[str]:
    return [offer.id for offer in ranking.ranked(offers, wish or _wish(), REACH)]


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
        _hall("unknown-hours", stated=_seats(60.0), free=Truth.UNKNOWN),
    ]
    expected = ["near", "fits", "c", "d", "e", "stale", "undated", "huge", "unknown-hours", "far"]
    assert _order(*offers, wish=wish) == expected
    assert _order(*reversed(offers), wish=wish) == expected


def test_exactly_at_the_limit_counts_as_reached() -> None:
    assert _order(_hall("at", 20.0), _hall("past", 20.1)) == ["at"]
    near = Reach(5.0, radius_metres=900.0)
    assert [each.id for each in ranking.ranked([_hall("at", 10.0)], _wish(), near)] == ["at"]
    assert ranking.ranked([_hall("past", 10.0)], _wish(), Reach(5.0, radius_metres=899.0)) == []


def test_a_volunteer_is_told_to_the_nearest_five_minutes_and_the_nearest_kilometre() -> None:
    assert [ranking.told_minutes("volunteer", minutes) for minutes in (2.4, 2.5, 17.4, 17.5, math.inf)] == [
        0.0, 5.0, 15.0, 20.0, math.inf,
    ]  # fmt: skip
    assert ranking.told_metres("volunteer", 1499.0) == 1000.0
    assert ranking.told_minutes("venue", 17.449) == 17.4


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
        assert (ranking.failed(hall, _wish(asked), REACH) == ()) is passes, asked


def test_a_certificate_has_to_hold_on_the_last_day() -> None:
    hall = _hall("h", stated={"first_aid": Stated(Truth.YES, DAY)})
    assert ranking.failed(hall, _wish("first_aid"), REACH) == ()
    assert ranking.failed(hall, _wish("first_aid", day=date(2026, 12, 4)), REACH) == ("attributes",)


def test_room_counts_by_the_layout_asked_for() -> None:
    hall = _hall("h", stated={"seats_theatre": Stated(80.0), "seats_tables": Stated(40.0)})
    assert ranking.failed(hall, _wish(seats=60), REACH) == ()
    assert ranking.failed(hall, _wish(seats=60, layouts=("tables", "standing")), REACH) == ("attributes",)
    assert ranking.failed(hall, _wish(seats=40, layouts=("tables",)), REACH) == ()


def test_a_near_miss_fails_one_test_and_lies_within_reach() -> None:
    offers = [
        _hall("passes"),
        _hall("stale", 5.0, vouched_until=date(2026, 12, 2)),
        _hall("elsewhere", catchment="parishes"),
        _hall("too far for it", 15.0, budget=14.9),
        _hall("taken", 3.0, free=Truth.NO),
        _hall("taken and stale", 1.0, free=Truth.NO, vouched_until=date(2026, 12, 2)),
        _hall("too far", 30.0),
    ]
    found = ranking.near_misses(offers, _wish(), REACH, most=9)
    assert [(offer.id, test) for offer, test in found] == [
        ("taken", "availability"),
        ("stale", "freshness"),
        ("elsewhere", "catchment"),
        ("too far for it", "budget"),
    ]
    assert len(ranking.near_misses(offers, _wish(), REACH, most=2)) == 2


def test_what_needs_no_journey_is_never_too_far() -> None:
    grant = Offer(id="g", kind=ResourceKind.FUND, travels=Travels.NOBODY, minutes=0.0, budget=1.0)
    assert ranking.failed(grant, _wish(), Reach(1.0, radius_metres=10.0)) == ()


def test_reasons_name_what_was_asked_unknown_included() -> None:
    hall = _hall("h", 12.3, stated=_seats(80.0) | {"kitchen": Stated(Truth.NO)}, asks=2)
    told = reasons.of(hall, _wish("hearing_loop=unknown", "kitchen=no", seats=60), Mode.CAR)
    assert told == [
        "12 min by car", "80 in rows", "hearing loop unknown", "no kitchen", "step-free unknown",
        "nobody has said until when it holds", "asked 2 times lately",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "bogus", "step_free>=1", "step_free=maybe", "seats_theatre", "seats_theatre>=lots",
             "theme", "seats_theatre>=nan", "pence_per_hour<=-1", "' or 1=1 --", "step_free=yes;drop",
             "seats_theatre==9"],
)  # fmt: skip
def test_a_condition_that_means_nothing_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match="expected"):
        wishes.condition(text)
