"""What a matching looks at, in counties small enough to see through."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
import shapely
import sqlalchemy as sa

from geomatch.availability.clock import minute
from geomatch.db import areas, counties, engine, gazetteer, needs, organisations, resources
from geomatch.matching.problem import TIMELESS
from geomatch.matching.world import Times
from geomatch.model import (
    Area,
    Catchment,
    Feature,
    Mode,
    Need,
    Opening,
    Organisation,
    Resource,
    ResourceKind,
    Role,
    Travels,
    Truth,
    Window,
)
from geomatch.services import database, masking, matching, slots

TODAY = date(2026, 11, 23)
EVENING = Window(datetime(2026, 12, 1, 19), datetime(2026, 12, 1, 21))
LATE = Window(datetime(2026, 12, 1, 20), datetime(2026, 12, 1, 22))
NEXT_DAY = Window(datetime(2026, 12, 2, 19), datetime(2026, 12, 2, 21))
HERE = (350_000.0, 300_000.0)


def _hall(name: str = "hall", **more: object) -> Resource:
    return Resource(id=name, kind=ResourceKind.VENUE, name=name, point=HERE, **more)  # type: ignore[arg-type]


def _need(name: str, kind: ResourceKind = ResourceKind.VENUE, **more: object) -> Need:
    point = more.pop("point", HERE)
    role = Role("it", kind, **more.pop("role", {}))  # type: ignore[arg-type]
    return Need(id=name, title=name, roles=(role,), point=point, **more)  # type: ignore[arg-type]


Solve = Callable[..., dict[str, Any]]


@pytest.fixture
def solve(database_url: str, offer: Any) -> Solve:
    """Matches these needs with these resources in a county without roads."""

    def solved(wanted: list[Need], offered: list[Resource], *, sql: str | None = None) -> dict[str, Any]:
        with ExitStack() as stack:
            door = engine.connect(database_url)
            stack.callback(door.dispose)
            connection = stack.enter_context(door.begin())
            county = counties.save(connection, slug="small", name="Small")
            made = _import(connection, county.id)
            organisations.save(connection, county.id, [Organisation("o", "O")], import_id=made)
            offer(connection, county.id, offered, made)
            needs.save(connection, county.id, wanted, import_id=made)
            if sql:
                connection.execute(sa.text(sql))
            connection.commit()
            return matching.match(door, matching.Asked("small", TODAY))

    return solved


def _import(connection: sa.Connection, county: int) -> int:
    sql = (
        "insert into import (county_id, kind, source, sha256, read, loaded, rejected, seconds) "
        "values (:county, 'needs', 'test', repeat('0', 64), 0, 0, 0, 0) "
        "on conflict (county_id, kind, subject, source) do update set read = 0 returning id"
    )
    return int(connection.execute(sa.text(sql), {"county": county}).scalar_one())


def _served(document: dict[str, Any]) -> dict[str, str]:
    return {row["need"]: row["resource"] for row in document["assignments"]}  # type: ignore[attr-defined]


def _gone(document: dict[str, Any]) -> dict[str, int]:
    [left] = document["unmatched"]  # type: ignore[misc]
    return {row["test"]: row["count"] for row in left["eliminated"]}  # type: ignore[has-type]


def test_one_hall_serves_one_of_two_needs_whose_evenings_overlap(
    solve: Solve,
) -> None:
    wanted = [_need("a", windows=(EVENING,)), _need("b", windows=(LATE,)), _need("c", windows=(NEXT_DAY,))]
    served = _served(solve(wanted, [_hall()]))
    assert len(served) == 2
    assert "c" in served


_BOOKED = """
    with one as (
        insert into booking (resource_id, during, status, held_until)
        select id, '[2026-12-01 18:00,2026-12-01 20:00)', '{}', 'infinity' from resource
        returning id, resource_id, held, holds
    ) insert into booking_unit (booking_id, unit, resource_id, held, holds)
    select id, 1, resource_id, held, holds from one
"""


def test_a_booked_hall_is_not_offered_at_that_time(solve: Solve) -> None:
    booked = _BOOKED.format("confirmed")
    document = solve([_need("a", windows=(EVENING,))], [_hall()], sql=booked)
    assert _gone(document) == {"availability": 1}


def test_a_proposal_that_has_run_out_stands_in_nobodys_way(solve: Solve) -> None:
    gone = _BOOKED.format("proposed").replace("infinity", "2026-01-01")
    assert _served(solve([_need("a", windows=(EVENING,))], [_hall()], sql=gone)) == {"a": "hall"}


def test_of_two_projectors_one_booked_the_other_is_lent_once(solve: Solve) -> None:
    projectors = Resource(
        id="p",
        kind=ResourceKind.EQUIPMENT,
        name="p",
        point=HERE,
        quantity=2,
        travels=Travels.CARRIED,
    )
    booked = _BOOKED.format("proposed")
    wanted = [_need(name, ResourceKind.EQUIPMENT, windows=(EVENING,)) for name in "ab"]
    assert len(_served(solve(wanted, [projectors], sql=booked))) == 1


def test_a_closed_day_takes_an_opening_away(solve: Solve) -> None:
    every_evening = Opening(Window(datetime(2026, 11, 23, 18), datetime(2026, 11, 23, 23)), "FREQ=DAILY")
    closed = Opening(Window(datetime(2026, 12, 1), datetime(2026, 12, 2)), closed=True)
    document = solve([_need("a", windows=(EVENING,))], [_hall(openings=(every_evening, closed))])
    assert _gone(document) == {"availability": 1}


def test_unknown_never_passes_as_yes(solve: Solve) -> None:
    asked = {"features": (Feature("step_free", Truth.YES),)}
    unknown = _hall("unknown", features=(Feature("step_free", Truth.UNKNOWN),))
    silent, ramp = _hall("silent"), _hall("ramp", features=(Feature("step_free", Truth.YES),))
    lapsed = _hall("lapsed", features=(Feature("step_free", Truth.YES, date(2026, 11, 22)),))
    document = solve([_need("a", role=asked), _need("b", role=asked)], [unknown, silent, lapsed])
    assert document["served"] == 0
    assert _served(solve([_need("a", role=asked)], [unknown, silent, lapsed, ramp]))["a"] == "ramp"


def test_a_volunteer_sets_out_from_the_mask_and_is_asked_twice_at_most(solve: Solve) -> None:
    # the home itself is a quarter of an hour's walk off
    person = Resource(
        id="v",
        kind=ResourceKind.VOLUNTEER,
        name="Volunteer",
        point=HERE,
        travels=Travels.RESOURCE,
        mode=Mode.FOOT,
    )
    wanted = [_need(name, ResourceKind.VOLUNTEER) for name in "abc"]
    document = solve(wanted, [person])
    assert len(_served(document)) == 2
    assert document["total_minutes"] == pytest.approx(0.0)


def test_a_catchment_by_minutes_parishes_or_polygon_keeps_others_out(
    solve: Solve,
) -> None:
    near, far = HERE, (HERE[0] + 9_000.0, HERE[1])
    offered = [_hall("m", catchment=Catchment("minutes", minutes=5.0))]
    document = solve([_need("near", point=near), _need("far", point=far)], offered)
    assert list(_served(document)) == ["near"]
    assert _gone(document) == {"catchment": 1}


def test_windows_of_one_need_in_one_slot_keep_the_first() -> None:
    times = _times([(0, EVENING), (0, LATE), (1, LATE), (1, NEXT_DAY)])
    shared = slots.share(times)
    assert shared.names == ("2026-12-01T19:00/2026-12-01T22:00", "2026-12-02T19:00/2026-12-02T21:00")
    assert shared.of_window.tolist() == [0, TIMELESS, 0, 1]


def test_windows_that_only_touch_are_two_slots() -> None:
    after = Window(EVENING.ends, LATE.ends)
    assert len(slots.share(_times([(0, EVENING), (1, after)])).names) == 2


def _times(windows: list[tuple[int, Window]]) -> Times:
    nothing = np.array([], dtype=np.int64)
    return Times(
        window_need=np.array([need for need, _ in windows], dtype=np.int64),
        window_starts=np.array([minute(window.starts) for _, window in windows], dtype=np.int64),
        window_ends=np.array([minute(window.ends) for _, window in windows], dtype=np.int64),
        free_resource=nothing,
        free_starts=nothing,
        free_ends=nothing,
        known=np.array([], dtype=bool),
    )


def _login(address: str) -> str:
    return str(sa.make_url(address).username)


def test_a_server_named_in_the_environment_is_entered_as_owner_and_as_application(database_url: str) -> None:
    with database.addresses(home=None, url=database_url) as found:  # type: ignore[arg-type]
        for address, role in ((found.owner, _login(found.owner)), (found.app, "geomatch_app")):
            door = engine.connect(address)
            with door.connect() as connection:
                assert connection.execute(sa.text("select current_user")).scalar_one() == role
            door.dispose()


def test_every_record_finds_its_place(database_url: str) -> None:
    door = engine.connect(database_url)
    with door.begin() as connection:
        county = counties.save(connection, slug="small", name="Small")
        made = _import(connection, county.id)
        square = shapely.box(349_000, 299_000, 351_000, 301_000)
        areas.save(
            connection,
            county.id,
            [Area("parish", "E04000001", "Westby", square)],
            kind="parish",
            vintage=TODAY,
            import_id=made,
        )
        counties.draw_outline(connection, county.id)
        points = {"easting": np.array([350_100.0]), "northing": np.array([300_200.0])}
        gazetteer.save_postcodes(connection, county.id, {"postcode": ["SY7 8BQ"], **points}, import_id=made)
        home = Resource(id="v", kind=ResourceKind.VOLUNTEER, name="V", postcode="SY7 8BQ")
        offered = [_hall(), replace(_hall("far"), point=(360_000.0, 300_000.0)), home]
        resources.save(connection, county.id, offered, import_id=made)
        wanted = [
            replace(_need("by-code"), point=None, postcode="SY7 8BQ"),
            replace(_need("by-parish"), point=None, parish="E04000001"),
            replace(_need("nowhere"), point=None),
        ]
        needs.save(connection, county.id, wanted, import_id=made)
        areas.place(connection, county.id)
        sql = "select ref, ST_X(geom), parish_code, outside from {} order by ref"
        found = {
            row[0]: tuple(row[1:])
            for table in ("resource", "need")
            for row in connection.execute(sa.text(sql.format(table)))
        }
        masking.every(connection, county.id, b"a secret of the tests, long enough")
        areas.place(connection, county.id)
        exact = connection.execute(sa.text("select ST_X(geom) from homes.home")).scalar_one()
        shown = connection.execute(
            sa.text(
                "select ST_Contains(area.geom, resource.geom) and resource.parish_code = area.code "
                "from resource, area where ref = 'v'"
            )
        ).scalar_one()
    door.dispose()
    assert found == {
        "hall": (350_000.0, "E04000001", False),
        "far": (360_000.0, None, True),
        "v": (None, None, False),
        "by-code": (350_100.0, "E04000001", False),
        "by-parish": (350_000.0, "E04000001", False),
        "nowhere": (None, None, False),
    }
    assert exact == 350_100.0
    assert shown
