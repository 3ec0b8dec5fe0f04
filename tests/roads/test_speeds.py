"""Minutes from the speed table: what it offers, what a county may change, what a limit does."""

import numpy as np
import pytest

from geomatch.errors import InputError
from geomatch.roads import (
    MODES,
    NOT_ALLOWED,
    SPEEDS,
    RoadClass,
    RoadFlag,
    SpeedTable,
    deciseconds,
    permission,
)

EVERYBODY = RoadFlag(0)
for _mode in MODES:
    EVERYBODY |= permission(_mode, forward=True) | permission(_mode, forward=False)


def time(road_class, flags=EVERYBODY, *, metres=1000.0, limit=0, speeds=SPEEDS):
    """Deciseconds (car, foot, cycle) x (forward, backward) of one piece."""
    return deciseconds(
        np.array([metres]),
        np.array([road_class], dtype=np.int8),
        np.array([flags], dtype=np.int32),
        np.array([limit], dtype=np.int16),
        speeds,
    )[0].tolist()


def test_a_kilometre_of_b_road_in_the_open():
    assert time(RoadClass.B) == [[720, 720], [NOT_ALLOWED, NOT_ALLOWED], [2400, 2400]]


def test_a_kilometre_of_b_road_in_a_village_is_slower_and_can_be_walked():
    assert time(RoadClass.B, EVERYBODY | RoadFlag.BUILT_UP) == [[1200, 1200], [7500, 7500], [2400, 2400]]


def test_a_pavement_lets_people_walk_a_rural_a_road():
    assert time(RoadClass.A_PRIMARY, EVERYBODY | RoadFlag.PAVEMENT)[1] == [7500, 7500]


def test_a_stated_limit_slows_cars_and_never_hastens_them():
    assert time(RoadClass.A_PRIMARY, limit=64)[0] == [662, 662]  # 85 % of 64 km/h
    assert time(RoadClass.A_PRIMARY, limit=97)[0] == time(RoadClass.A_PRIMARY)[0]
    assert time(RoadClass.A_PRIMARY, limit=64)[2] == time(RoadClass.A_PRIMARY)[2]


def test_only_permitted_ways_have_a_time():
    one_way = permission(MODES[0], forward=True) | permission(MODES[2], forward=False)
    assert time(RoadClass.LOCAL, one_way) == [
        [1059, NOT_ALLOWED],
        [NOT_ALLOWED, NOT_ALLOWED],
        [NOT_ALLOWED, 2400],
    ]


def test_a_piece_without_length_takes_no_time():
    assert time(RoadClass.LOCAL, metres=0.0) == [[0, 0]] * 3


def test_nobody_walks_a_motorway_or_drives_a_path():
    assert time(RoadClass.MOTORWAY)[1:] == [[NOT_ALLOWED] * 2] * 2
    assert time(RoadClass.PATH)[0] == [NOT_ALLOWED] * 2


def test_a_county_may_change_some_speeds_and_take_one_away():
    ours = SPEEDS.overridden({"b": {"car": [48, 24]}, "local": {"cycle": [0, 12]}})
    assert time(RoadClass.B, speeds=ours)[0] == [750, 750]
    assert time(RoadClass.LOCAL, speeds=ours)[2] == [NOT_ALLOWED, NOT_ALLOWED]
    assert time(RoadClass.MINOR, speeds=ours) == time(RoadClass.MINOR)
    assert time(RoadClass.B)[0] == [720, 720]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"c_road": {"car": [1, 1]}}, "unknown road class 'c_road'.*expected one of motorway, a_dual"),
        ({"b": {"horse": [8, 8]}}, "unknown mode horse in the speeds of b"),
        ({"b": {"car": [48]}}, "two numbers"),
        ({"b": {"car": "48"}}, "two numbers"),
        ({"b": {"car": [True, 48]}}, "two numbers"),
        ({"b": {"car": [-1, 48]}}, "more than 0"),
        ({"b": {"car": [48, 480]}}, "at most 200"),
        ({"b": {"car": [float("nan"), 48]}}, "more than 0"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(changes, words):
    with pytest.raises(InputError, match=words):
        SPEEDS.overridden(changes)


def test_a_table_without_a_class_is_refused():
    rows = {road_class: row for road_class, row in SPEEDS.rows.items() if road_class != RoadClass.FERRY}
    with pytest.raises(InputError, match="speed table without ferry"):
        SpeedTable(rows)
