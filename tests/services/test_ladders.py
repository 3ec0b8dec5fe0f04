"""The relax ladder from the database: every rung holds when it is really climbed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from geomatch.db import counties, engine, needs, organisations
from geomatch.errors import UnknownPlaceError
from geomatch.matching import changes, check, document, ladder, relaxing, solve
from geomatch.matching.standing import Standing
from geomatch.model import Feature, Need, Organisation, Resource, ResourceKind, Role, Truth, Window
from geomatch.services import ladders, matching, receipts
from geomatch.services.counties import Loaded

TODAY = date(2026, 11, 23)
EVENING = Window(datetime(2026, 12, 1, 19), datetime(2026, 12, 1, 21))
HERE = (350_000.0, 300_000.0)
County = Callable[[list[Need], list[Resource]], sa.Engine]
World = tuple[sa.Engine, Loaded]


def _hall(name: str, *, away: float = 0.0, **more: Any) -> Resource:
    more = {"kind": ResourceKind.VENUE, "subkind": "hall"} | more
    return Resource(id=name, name=name, point=(HERE[0] + away, HERE[1]), **more)


def _need(name: str, **more: Any) -> Need:
    role = Role("it", more.pop("kind", ResourceKind.VENUE), **more.pop("role", {}))
    return Need(id=name, title=name, roles=(role,), point=HERE, **more)


@pytest.fixture
def county(database_url: str, offer: Any) -> Iterator[County]:
    """A county without roads that holds these needs and resources."""
    with ExitStack() as stack:

        def loaded(wanted: list[Need], offered: list[Resource]) -> sa.Engine:
            door = engine.connect(database_url)
            stack.callback(door.dispose)
            with door.begin() as connection:
                county = counties.save(connection, slug="small", name="Small").id
                made = connection.execute(sa.text(_IMPORT), {"county": county}).scalar_one()
                organisations.save(connection, county, [Organisation("o", "O")], import_id=made)
                offer(connection, county, offered, made)
                needs.save(connection, county, wanted, import_id=made)
            return door

        yield loaded


_IMPORT = (
    "insert into import (county_id, kind, source, sha256, read, loaded, rejected, seconds) "
    "values (:county, 'needs', 'test', repeat('0', 64), 0, 0, 0, 0) "
    "on conflict (county_id, kind, subject, source) do update set read = 0 returning id"
)


def _match(door: sa.Engine, **more: Any) -> dict[str, Any]:
    return matching.match(door, matching.Asked("small", TODAY, **more))


def _served(told: dict[str, Any]) -> set[str]:
    return {row["need"] for row in told["assignments"]}


def _change(door: sa.Engine, sql: str, **values: Any) -> None:
    with door.begin() as connection:
        connection.execute(sa.text(sql), values)


def _step(told: dict[str, Any], need: str, kind: str) -> dict[str, Any]:
    return next(step for step in told["ladders"][need] if step["change"] == kind)


def test_looking_so_much_further_serves_the_need_and_a_little_less_does_not(county: County) -> None:
    door = county([_need("n", max_minutes=5.0)], [_hall("near", away=9_000.0), _hall("far", away=12_000.0)])
    step = _step(_match(door), "n", "minutes")
    assert [helper["resource"] for helper in step["with"]] == ["near"]
    assert (step["from"], step["displaces"], step["proved"]) == (5.0, [], True)
    _change(door, "update need set max_minutes = :most", most=step["to"])
    assert _served(_match(door)) == {"n"}
    _change(door, "update need set max_minutes = :most", most=step["to"] - 0.01)
    assert _served(_match(door)) == set()


def test_a_smaller_hall_is_offered_before_no_seats_at_all(county: County) -> None:
    seats = [Feature("seats_theatre", 80.0)]
    door = county(
        [_need("n", role={"features": tuple(seats)})],
        [_hall("small", features=(Feature("seats_theatre", 60.0),)), _hall("unknown")],
    )
    step = _step(_match(door), "n", "attribute")
    assert step["to"] == {"role": "it", "name": "seats_theatre", "value": 60.0}
    assert [helper["resource"] for helper in step["with"]] == ["small"]
    _change(door, "update role_feature set number = 60")
    assert _served(_match(door)) == {"n"}


def test_what_keeps_people_safe_or_lets_them_in_is_never_given_up(county: County) -> None:
    door = county(
        [_need("n", role={"features": (Feature("step_free", Truth.YES),)})],
        [_hall("steps", features=(Feature("step_free", Truth.NO),))],
    )
    assert _match(door)["ladders"]["n"] == []


def test_another_evening_is_offered_when_the_hall_is_taken(county: County) -> None:
    wanted = [_need("a", windows=(EVENING,)), _need("b", windows=(EVENING,))]
    door = county(wanted, [_hall("hall")])
    told = _match(door)
    [left] = told["unmatched"]
    step = _step(told, left["need"], "slot")
    assert step["displaces"] == []
    begin, end = step["to"].split("/")
    _change(
        door,
        "insert into need_window (need_id, during) "
        "select id, tsrange(:begin, :end) from need where ref = :ref",
        begin=datetime.fromisoformat(begin),
        end=datetime.fromisoformat(end),
        ref=left["need"],
    )
    assert _served(_match(door)) == {"a", "b"}


def test_a_substitute_is_one_that_somebody_takes_instead(county: County) -> None:
    barn, tent = _hall("barn", subkind="barn"), _hall("tent", subkind="tent")
    takes = {"subkind": "hall", "substitutes": ("barn",)}
    door = county([_need("a", role=takes), _need("n", role={"subkind": "hall"})], [barn, tent])
    told = _match(door)
    assert [step["to"]["subkind"] for step in told["ladders"]["n"] if step["change"] == "substitute"] == [
        "barn"
    ]


def test_part_of_the_quantity_is_offered_with_the_most_there_is(county: County) -> None:
    helpers = [
        Resource(id=f"v{at}", kind=ResourceKind.VOLUNTEER, name=f"V{at}", point=HERE) for at in range(2)
    ]
    five = {"quantity": 5, "minimum": 5}
    door = county([_need("n", kind=ResourceKind.VOLUNTEER, role=five, windows=(EVENING,))], helpers)
    step = _step(_match(door), "n", "quantity")
    assert step["to"]["minimum"] == 2
    _change(door, "update need_role set minimum = 2")
    assert _served(_match(door)) == {"n"}


def test_the_need_that_a_dropped_out_driver_leaves_behind_has_a_ladder(county: County) -> None:
    far = {"kind": ResourceKind.VOLUNTEER, "subkind": "driver"}
    offered = [_hall("near", away=500.0, **far), _hall("further", away=9_000.0, **far)]
    door = county([_need("n", kind=ResourceKind.VOLUNTEER, max_minutes=5.0)], offered)
    assert _served(_match(door)) == {"n"}
    told = matching.explain_without(door, "small", "n", "near")
    assert told["matched"] is None
    assert told["left_behind"] == ["n"]
    assert told["reason"]["reason"] == "competition"
    assert [helper["resource"] for step in told["ladder"] for helper in step["with"]] == ["further"]
    with pytest.raises(UnknownPlaceError):
        matching.explain_without(door, "small", "n", "nobody")


def test_matching_again_keeps_what_was_proposed_and_tells_the_difference(county: County) -> None:
    door = county([_need("a", windows=(EVENING,))], [_hall("r0"), _hall("r1", away=3_000.0)])
    first = _match(door)
    assert [row["resource"] for row in first["assignments"]] == ["r0"]
    with door.begin() as connection:
        number = connection.execute(sa.text("select id from county")).scalar_one()
        made = connection.execute(sa.text(_IMPORT), {"county": number}).scalar_one()
        both = [_need("a", windows=(EVENING,)), _need("b", windows=(EVENING,), max_minutes=0.5)]
        needs.save(connection, number, both, import_id=made)
    none = _match(door, changes=0)
    told = none["difference"]
    assert (told["since"], told["kept"], told["changes"], told["added"]) == (first["run"], ["a"], 0, [])
    assert receipts.replay(door, none["run"]).identical
    one = _match(door, changes=1)["difference"]
    assert [row["need"] for row in one["moved"]] == ["a"]
    assert [row["to"][0]["resource"] for row in one["added"]] == ["r0"]


def test_on_a_real_county_every_step_holds_when_the_whole_is_solved_again(rutland: World) -> None:
    door, _ = rutland
    with door.connect() as connection:
        chosen = counties.chosen(connection, "rutland")
        case = matching.read(connection, chosen, matching.Asked("rutland", TODAY))
    outcome = solve.solve(case.problem)
    standing = Standing(case.problem, outcome.units)
    left = np.flatnonzero(~standing.served).tolist()
    grounds = ladders.grounds(case.behind, case.problem, left)
    climbed = 0
    for need, ground in zip(left[:16], grounds, strict=False):
        for rung in ladder.climb(standing, need, relaxing.families(ground), small=0)[:2]:
            changed = changes.with_change(case.problem, need, rung.change)
            again = solve.solve(changed)
            assert again.tally.served[need]
            if rung.proved:
                assert set(rung.displaces) == set(
                    np.flatnonzero(standing.served & ~again.tally.served).tolist()
                )
            climbed += 1
    assert climbed > 3
    told = matching.match(door, matching.Asked("rutland", TODAY))
    assert check.check(document.to_document(case.problem), told) == []
