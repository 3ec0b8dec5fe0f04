"""The sample county by the one way in: its own files, read by the importers, matched by road."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import engine
from geomatch.sample.county import BASE
from geomatch.services import counties, matching, receipts
from geomatch.services.counties import Loaded


@pytest.fixture(scope="module")
def loaded(make_database: Callable[[], str], sample_folder: Path) -> Iterator[tuple[sa.Engine, Loaded]]:
    door = engine.connect(make_database())
    yield (
        door,
        counties.load(
            door, sample_folder / "county.toml", today=BASE, secret=b"a secret of the tests, long enough"
        ),
    )
    door.dispose()


@pytest.fixture(scope="module")
def matched(loaded: tuple[sa.Engine, Loaded]) -> dict[str, Any]:
    return matching.match(loaded[0], matching.Asked("shropshire-sample", BASE))


def test_every_row_of_every_file_is_loaded_without_an_issue(loaded: tuple[sa.Engine, Loaded]) -> None:
    wrong = {
        outcome["source"]: (outcome["rejected"], outcome["issues"][:3])
        for outcome in loaded[1].imports
        if outcome["rejected"] or outcome["issues"]
    }
    assert wrong == {}


def test_it_has_the_size_of_shropshire(loaded: tuple[sa.Engine, Loaded]) -> None:
    counts = loaded[1].counts
    assert counts["parish_areas"] == 201
    assert counts["division_areas"] == 63
    with loaded[0].connect() as connection:
        residents = connection.execute(sa.text("select sum(residents) from population")).scalar_one()
    assert residents == 323_606
    assert 0.99 * residents <= counts["residents"] <= residents
    assert 60_000 <= counts["road_nodes"] <= 100_000
    assert counts["organisations"] == 1_360
    assert counts["resources"] == 2_600
    assert counts["needs"] == 1_500


def test_term_time_and_bank_holidays_are_known_by_name(loaded: tuple[sa.Engine, Loaded]) -> None:
    sql = "select name, count(*), min(lower(days))::text, max(upper(days))::text from season group by name"
    with loaded[0].connect() as connection:
        found = sorted(tuple(row) for row in connection.execute(sa.text(sql)))
    assert found == [
        ("bank-holidays", 8, "2026-12-25", "2027-08-31"),
        ("term-time", 6, "2026-09-03", "2027-07-22"),
    ]


def test_everything_is_labelled_but_volunteers(loaded: tuple[sa.Engine, Loaded]) -> None:
    sql = (
        "select kind = 'volunteer' as person, count(*) as all, count(hub_place.id) as labelled, "
        "(select count(*) from hub_label_out as label where label.what = 'resource' "
        "and label.id = any(array_agg(resource.id))) as rows "
        "from resource left join hub_place on hub_place.what = 'resource' and hub_place.id = resource.id "
        "where geom is not null group by person order by person"
    )
    with loaded[0].connect() as connection:
        others, people = connection.execute(sa.text(sql)).all()
    assert others.all == others.labelled > 1_000
    assert others.rows > 10 * others.labelled
    assert people.all > 100
    assert (people.labelled, people.rows) == (0, 0)


def test_everybody_knows_that_it_is_drawn(loaded: tuple[sa.Engine, Loaded]) -> None:
    with loaded[0].connect() as connection:
        county = connection.execute(sa.text("select illustrative, notice from county")).one()
    assert county.illustrative
    assert "illustrative boundaries and roads" in county.notice


def test_ljcs_are_dissolved_for_every_period_of_their_membership(loaded: tuple[sa.Engine, Loaded]) -> None:
    sql = "select code from area where kind = 'ljc' and valid @> cast(:day as date) order by code"
    with loaded[0].connect() as connection:
        before, after = (
            set(connection.execute(sa.text(sql), {"day": day}).scalars())
            for day in ("2010-01-01", "2012-01-01")
        )
        moved = connection.execute(
            sa.text(
                "select valid @> date '2010-01-01' as early, group_code from membership "
                "where parish_code = 'E04011201' order by valid"
            )
        ).all()
    assert before
    assert after
    assert [row.group_code for row in moved] == ["whitchurch-and-prees", "market-drayton"]


def test_every_volunteer_has_a_home_and_none_is_shown(loaded: tuple[sa.Engine, Loaded]) -> None:
    sql = """
        select count(*) as people, count(home.resource_id) as homes,
            min(ST_Distance(home.geom, resource.geom)) as nearest,
            count(*) filter (where ST_Distance(home.geom, resource.geom) > precision_metres) as beyond,
            count(*) filter (where precision_metres > 3000) as wide,
            count(*) filter (where exists (select from area where kind = 'parish'
                and ST_Covers(area.geom, home.geom) and code <> resource.parish_code)) as elsewhere
        from resource left join homes.home on home.resource_id = resource.id
        where kind = 'volunteer'
    """
    with loaded[0].connect() as connection:
        row = connection.execute(sa.text(sql)).one()
    assert row.people > 300
    assert row.homes == row.people
    assert row.nearest >= 150
    assert row.beyond == 0
    assert row.wide <= row.people / 50
    assert row.elsewhere == 0


def test_the_problem_kept_is_the_one_that_was_solved(
    loaded: tuple[sa.Engine, Loaded], matched: dict[str, Any]
) -> None:
    kept = receipts.problem_of(loaded[0], matched["run"])
    assert {area.kind for area in kept.areas} == {"parish", "ljc"}
    assert list(kept.areas) == sorted(kept.areas, key=lambda area: area.id)


def test_the_matching_is_proved_best_and_better_than_both_baselines(matched: dict[str, Any]) -> None:
    assert matched["status"] == "optimal"
    assert matched["gap"] == 0
    assert matched["receipt"]["minutes"] == "by road"
    for baseline in matched["baselines"].values():
        assert matched["score"] >= baseline["score"]


def test_every_need_is_served_or_has_its_reason(
    loaded: tuple[sa.Engine, Loaded], matched: dict[str, Any]
) -> None:
    assert matched["served"] + len(matched["unmatched"]) == 1_500
    served = {row["need"] for row in matched["assignments"]}
    assert not served & {row["need"] for row in matched["unmatched"]}


def test_nothing_is_lent_to_two_at_once(loaded: tuple[sa.Engine, Loaded], matched: dict[str, Any]) -> None:
    sql = """
        select count(*)
        from match one
        join match other on other.resource_id = one.resource_id and other.id > one.id
            and other.matching_run_id = one.matching_run_id and other.slot && one.slot
        join resource on resource.id = one.resource_id
        where one.matching_run_id = :run and resource.quantity = 1
    """
    with loaded[0].connect() as connection:
        assert connection.execute(sa.text(sql), {"run": matched["run"]}).scalar_one() == 0
