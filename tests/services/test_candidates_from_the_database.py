"""Hard tests, bundles and asks from the database: counties small enough to see through, minutes guessed.

The guess goes 1.4 times the straight line at 50 km/h: 1.68 minutes a kilometre.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import counties
from geomatch.errors import InputError
from geomatch.importers import county as county_file
from geomatch.model import Catchment, Feature, Need, Resource, ResourceKind, Role, Travels, Truth, Window
from geomatch.safeguarding import Check, Contact, Level, With
from geomatch.services import counties as loading
from geomatch.services import matching

TODAY = date(2026, 11, 23)
EVENING = Window(datetime(2026, 12, 1, 19), datetime(2026, 12, 1, 21))
NEXT_DAY = Window(datetime(2026, 12, 2, 19), datetime(2026, 12, 2, 21))
NIGHT = Window(datetime(2026, 12, 1, 20), datetime(2026, 12, 2, 8))
KILOMETRE = 1.68
VENUE, THING, PERSON = ResourceKind.VENUE, ResourceKind.EQUIPMENT, ResourceKind.VOLUNTEER
Fill = Callable[..., sa.Engine]


def at(kilometres: float) -> tuple[float, float]:
    """On one straight line from west to east."""
    return (350_500.0 + 1000 * kilometres, 300_500.0)


def hall(name: str, km: float = 0.0, **more: Any) -> Resource:
    return Resource(name, VENUE, name, point=at(km), **more)


def thing(name: str, km: float = 0.0, **more: Any) -> Resource:
    return Resource(name, THING, name, point=at(km), travels=Travels.CARRIED, **more)


def person(name: str, km: float = 0.0, **more: Any) -> Resource:
    return Resource(name, PERSON, name, point=at(km), travels=Travels.RESOURCE, **more)


def need(name: str, *roles: Role, km: float = 0.0, **more: Any) -> Need:
    return Need(name, name, roles, point=at(km), **more)


def matched(door: sa.Engine, day: date = TODAY) -> dict[str, Any]:
    return matching.match(door, matching.Asked("small", day))


def case(door: sa.Engine) -> matching.Case:
    with door.connect() as connection:
        return matching.read(connection, counties.chosen(connection, "small"), matching.Asked("small", TODAY))


def gone(document: dict[str, Any]) -> dict[str, int]:
    [left] = document["unmatched"]
    return {row["test"]: row["count"] for row in left["eliminated"]}


def chosen(document: dict[str, Any]) -> dict[str, tuple[str, float, Any]]:
    return {row["role"]: (row["resource"], row["minutes"], row["given"]) for row in document["assignments"]}


HELPER = Role("helper", PERSON)
CHILDREN = Contact(With.CHILDREN, 4, Truth.NO, Truth.NO, Truth.YES)
ENHANCED, BARRED = Level.ENHANCED, Level.BARRED_LISTS
SEEN = date(2025, 1, 10)


def test_regulated_activity_asks_for_barred_lists_even_under_supervision(fill: Fill) -> None:
    wanted = need("club", Role("helper", PERSON, contact=CHILDREN))
    people = [
        person("none"),
        person("enhanced", check=Check(ENHANCED, "Pat", SEEN)),
        person("lapsed", check=Check(BARRED, "Pat", date(2023, 11, 22))),
        person("agreed", check=Check(BARRED, "Pat", SEEN, until=date(2026, 11, 22))),
    ]
    assert gone(matched(fill([wanted], people))) == {"safeguarding": 4}
    cleared = person("cleared", check=Check(BARRED, "Pat", SEEN))
    assert chosen(matched(fill([wanted], [*people, cleared])))["helper"][0] == "cleared"


def test_a_check_must_be_good_to_the_end_of_the_task(fill: Fill) -> None:
    wanted = need("club", Role("helper", PERSON, check=ENHANCED), windows=(EVENING, NEXT_DAY))
    until = date(2026, 12, 1)
    document = matched(fill([wanted], [person("a", check=Check(ENHANCED, "Pat", SEEN, until=until))]))
    assert [row["slot"] for row in document["assignments"]] == ["2026-12-01T19:00/2026-12-01T21:00"]
    document = matched(
        fill([wanted], [person("a", check=Check(ENHANCED, "Pat", SEEN, until=date(2026, 11, 30)))])
    )
    assert gone(document) == {"safeguarding": 1}


def test_a_county_says_for_how_long_a_check_is_good(fill: Fill) -> None:
    wanted = need("club", Role("helper", PERSON, check=ENHANCED))
    people = [person("a", check=Check(ENHANCED, "Pat", SEEN))]
    assert matched(fill([wanted], people))["served"] == 1
    assert gone(matched(fill([wanted], people, check_years=1))) == {"safeguarding": 1}


def test_a_window_through_the_night_makes_it_regulated(fill: Fill) -> None:
    camp = Role("helper", PERSON, contact=Contact(With.CHILDREN, 1, Truth.UNKNOWN, Truth.NO, Truth.YES))
    assert matched(fill([need("day", camp, windows=(EVENING,))], [person("a")]))["served"] == 1
    assert gone(matched(fill([need("camp", camp, windows=(NIGHT,))], [person("a")]))) == {"safeguarding": 1}
    # nobody says when it is, so nobody can say that it is not overnight
    assert gone(matched(fill([need("some day", camp)], [person("a")]))) == {"safeguarding": 1}


def test_what_is_only_wished_for_one_day_is_neither_matched_nor_left_over(fill: Fill) -> None:
    wish = Need("wish", "A café", (), point=(350_000, 300_000), aspiration=True)
    document = matched(fill([need("n", Role("venue", VENUE)), wish], [hall("h")]))
    assert ([row["need"] for row in document["assignments"]], document["unmatched"]) == (["n"], [])


def test_a_feature_must_hold_to_the_end_of_the_window(fill: Fill) -> None:
    asked = Role("helper", PERSON, features=(Feature("first_aid", Truth.YES),))
    held = person("a", features=(Feature("first_aid", Truth.YES, date(2026, 11, 30)),))
    assert gone(matched(fill([need("n", asked, windows=(EVENING,))], [held]))) == {"attributes": 1}
    assert matched(fill([need("n", asked)], [held]))["served"] == 1


def test_what_nobody_dated_is_stale_some_time_after_its_import(fill: Fill) -> None:
    wanted = replace(need("n", Role("venue", VENUE)), asked=date(2026, 11, 22))
    halls = [hall("undated"), hall("dated", verified_until=date(2026, 11, 22))]
    assert chosen(matched(fill([wanted], halls)))["venue"][0] == "undated"
    assert gone(matched(fill([wanted], halls, stale_days=21))) == {"freshness": 2}
    assert matched(fill([wanted], halls, stale_days=22))["served"] == 1


def test_what_nobody_has_asked_for_lately_is_neither_matched_nor_left_over(fill: Fill) -> None:
    halls = [hall("h", verified_until=date(2027, 1, 1))]
    for asked, served in ((None, 0), (date(2026, 11, 1), 0), (date(2026, 11, 2), 1)):
        wanted = replace(need("n", Role("venue", VENUE)), asked=asked)
        document = matched(fill([wanted], halls, stale_days=21))
        assert (document["served"], document["unmatched"]) == (served, [])


def test_the_resource_s_own_limit_comes_before_the_need_s(fill: Fill) -> None:
    wanted = need("n", HELPER, max_minutes=5.0)
    people = [person("near", 2.9), person("short", 2.9, max_minutes=4.0), person("far", 3.1)]
    document = matched(fill([wanted, need("m", HELPER, km=60.0)], people))
    assert [row["resource"] for row in document["assignments"]] == ["near"]
    assert case(fill([wanted], people)).eliminated["n"] == counts(budget=1, travel=1)


def counts(**found: int) -> dict[str, int]:
    from geomatch.matching.candidates import TESTS

    return dict.fromkeys(TESTS, 0) | found


def test_a_drawn_catchment_lets_in_who_lies_inside(fill: Fill) -> None:
    import shapely

    drawn = Catchment("polygon", polygon=shapely.box(350_000, 300_000, 352_000, 301_000))
    wanted = [need("in", HELPER, km=1.0), need("out", HELPER, km=2.0)]
    document = matched(fill(wanted, [person("a", 1.0, catchment=drawn)]))
    assert [row["need"] for row in document["assignments"]] == ["in"]
    assert gone(document) == {"catchment": 1}


HALL = Role("hall", VENUE)
SCREEN = Role("screen", THING)
DRIVER = Role("driver", PERSON, carries="screen")
STEWARD = Role("steward", PERSON, subkind="steward")


def test_a_whole_trip_is_counted_each_leg_once(fill: Fill) -> None:
    """Driver at 1, screen at 3, hall at 7 km: home, screen, hall, screen, home."""
    wanted = need("film", HALL, SCREEN, DRIVER, km=7.5)
    document = matched(fill([wanted], [hall("h", 7.0), thing("s", 3.0), person("d", 1.0)]))
    found = chosen(document)
    assert found["hall"] == ("h", pytest.approx(0.5 * KILOMETRE), None)
    assert found["screen"] == ("s", pytest.approx(8 * KILOMETRE), {"role": "hall", "resource": "h"})
    assert found["driver"] == ("d", pytest.approx(4 * KILOMETRE), {"role": "screen", "resource": "s"})
    assert document["total_minutes"] == pytest.approx(12.5 * KILOMETRE)


def test_helpers_go_to_the_hall_that_is_chosen(fill: Fill) -> None:
    """The only steward is a little nearer to the hall that is further from the need."""
    wanted = need("film", HALL, STEWARD, km=5.0)
    offered = [hall("near", 5.0), hall("far", 4.0), person("s", 4.4, subkind="steward")]
    door = fill([wanted], offered)
    table = case(door).problem.candidates
    assert sorted(table.minutes[table.given_role >= 0]) == pytest.approx([0.4 * KILOMETRE, 0.6 * KILOMETRE])
    assert chosen(matched(door))["steward"][2] == {"role": "hall", "resource": "near"}
    offered[2] = person("s", 4.4, subkind="steward", max_minutes=0.5 * KILOMETRE)
    document = matched(fill([wanted], offered))
    assert chosen(document)["hall"][0] == "far"
    assert chosen(document)["steward"][1] == pytest.approx(0.4 * KILOMETRE)


def test_limits_hold_for_each_journey_one_way(fill: Fill) -> None:
    wanted = need("show", SCREEN, max_minutes=10 * KILOMETRE)
    assert matched(fill([wanted], [thing("s", 10.0)]))["total_minutes"] == pytest.approx(20 * KILOMETRE)
    assert gone(matched(fill([wanted], [thing("s", 10.1)]))) == {"travel": 1}
    assert gone(matched(fill([wanted], [thing("s", 5.0, max_minutes=8.0)]))) == {"budget": 1}


def test_a_catchment_is_asked_of_the_hall_that_is_chosen(fill: Fill) -> None:
    import shapely

    drawn = Catchment("polygon", polygon=shapely.box(350_000, 300_000, 352_000, 301_000))
    wanted = need("film", HALL, STEWARD, km=3.0)
    offered = [hall("in", 1.0), hall("out", 3.0), person("s", 2.0, subkind="steward", catchment=drawn)]
    assert chosen(matched(fill([wanted], offered)))["hall"][0] == "in"


def test_a_graded_need_promises_no_hall_so_helpers_go_to_its_own_place(fill: Fill) -> None:
    wanted = need("film", HALL, STEWARD, km=5.0, all_or_nothing=False)
    document = matched(fill([wanted], [hall("h", 4.0), person("s", 2.0, subkind="steward")]))
    assert chosen(document)["steward"] == ("s", pytest.approx(3 * KILOMETRE), None)


def test_counts_of_a_bundle_sum_to_all_resources(fill: Fill) -> None:
    wanted = need("film", HALL, STEWARD, windows=(EVENING,))
    offered = [hall("h"), person("far", 40.0, subkind="steward"), person("other", subkind="cook"), thing("t")]
    assert gone(matched(fill([wanted], offered))) == {"kind": 3, "travel": 1}


ASKED = (
    "alter table booking disable trigger user; "
    "insert into booking (resource_id, during, held, status, held_until, happened, reason, made_at) "
    "select id, '[{during})', '[{during})', '{status}', "
    "case '{status}' when 'proposed' then timestamptz 'infinity' end, "
    "case '{status}' when 'done' then true end, "
    "case '{status}' when 'declined' then 'away' else '' end, '{made}' "
    "from resource where ref in ('a', 'h'); "
    "alter table booking enable trigger user"
)
"""Of any day and in any state, as if its whole life had been lived."""
LONG_AGO = "2026-01-05 10:00"


def asked(
    during: str = "2026-01-10 10:00,2026-01-10 11:00", status: str = "done", made: str = LONG_AGO
) -> str:
    return ASKED.format(during=during, status=status, made=made)


SOON = "2026-12-10 10:00,2026-12-10 11:00"


@pytest.mark.parametrize(
    ("sql", "left"),
    [
        (asked(), 2),
        (asked(made="2026-11-20 10:00"), 1),
        (asked(SOON, "confirmed"), 1),
        (asked(SOON, "proposed"), 1),
        (asked(SOON, "declined"), 2),
        (asked("2027-03-01 10:00,2027-03-01 11:00", "confirmed"), 2),
        (f"{asked(SOON, 'confirmed')}; {asked(made='2026-11-20 10:00')}", 0),
    ],
)
def test_a_person_is_asked_twice_in_thirty_days_those_asks_included(fill: Fill, sql: str, left: int) -> None:
    door = fill([need(name, HELPER) for name in "pqr"], [person("a")], sql)
    assert [one.capacity for one in case(door).problem.resources] == [left]
    document = matched(door)
    assert document["served"] == left
    assert {row["reason"] for row in document["unmatched"]} == {"competition"}


def test_a_county_says_how_often_a_person_is_asked(fill: Fill) -> None:
    wanted = [need(name, HELPER) for name in "pqr"]
    assert matched(fill(wanted, [person("a")], asks=3))["served"] == 3
    made = asked(made="2026-11-01 10:00")
    assert matched(fill(wanted, [person("a")], made))["served"] == 1
    assert matched(fill(wanted, [person("a")], made, ask_days=21))["served"] == 2


def test_asks_put_a_hall_behind_another_as_near(fill: Fill) -> None:
    wanted = need("n", Role("venue", VENUE))
    halls = [hall("h", 0.0), hall("k", 0.5)]
    assert chosen(matched(fill([wanted], halls)))["venue"][0] == "h"
    assert chosen(matched(fill([wanted], halls, asked(SOON, "confirmed"))))["venue"][0] == "k"
    assert (
        chosen(matched(fill([wanted], halls, asked(SOON, "confirmed"), ask_minutes=0.5)))["venue"][0] == "h"
    )


def test_a_county_s_file_with_settings_that_cannot_be_used_is_refused(root: Path, tmp_path: Path) -> None:
    parish = root / "data" / "boundaries" / "parishes.geojson"
    boundary = f'[[boundaries]]\nkind = "parish"\nfile = "{parish}"\n'
    path = tmp_path / "small.toml"
    path.write_text(f'[county]\nname = "S"\nslug = "s"\n{boundary}[matching]\nasks = 0\n')
    with pytest.raises(InputError, match=r"small\.toml: matching: asks = 0; expected 1 to 1000"):
        loading.rules(county_file.read(path))
    path.write_text(path.read_text().replace("asks = 0", "asks = 3"))
    assert loading.rules(county_file.read(path)) == {"asks": 3}


def test_settings_that_cannot_be_used_are_refused(fill: Fill) -> None:
    for wrong in ({"asks": 0}, {"asks": 1.5}, {"ask_minutes": -1}, {"favours": 3}):
        with pytest.raises(InputError, match="matching: "):
            matched(fill([need("n", HELPER)], [person("a")], **wrong))
