"""Our own tables, written and read again: the same organisations, resources and needs."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.importers import needs, organisations, resources
from geomatch.model import (
    PEOPLE,
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
from geomatch.safeguarding import Check, Contact, Level, With

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
HIDDEN = "\u2028\u2029\ufeff" + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
LETTERS = st.characters(
    blacklist_categories=("Cs", "Cc"), whitelist_characters="\n\t", blacklist_characters=HIDDEN
)
TEXTS = st.text(LETTERS, max_size=12).map(str.strip)
IDS = st.text("abcdefghij-0123456789", min_size=1, max_size=8)
NAMES = TEXTS.filter(bool)
POINTS = st.none() | st.tuples(st.floats(1, 700_000), st.floats(1, 1_300_000))
POSTCODES = st.sampled_from([None, "SY7 8BQ", "B1 1AA"])
MINUTES = st.none() | st.floats(0.5, 1440)
WORDS = st.lists(TEXTS.filter(lambda text: bool(text) and ";" not in text), max_size=3).map(tuple)
FEATURES = st.lists(
    st.sampled_from(
        [
            Feature("projector", Truth.YES),
            Feature("step_free", Truth.UNKNOWN, date(2027, 1, 1)),
            Feature("seats_theatre", 120.5),
            Feature("theme", 'arts; "film"'),
        ]
    ),
    max_size=4,
    unique_by=lambda feature: feature.name,
).map(tuple)
WINDOWS = st.builds(
    lambda day, begin, length: Window(
        datetime.combine(day, datetime.min.time()) + timedelta(minutes=begin),
        datetime.combine(day, datetime.min.time()) + timedelta(minutes=begin + length),
    ),
    DAYS,
    st.integers(0, 1439),
    st.integers(1, 4000),
)
OPENINGS = st.builds(Opening, WINDOWS, closed=st.booleans()) | st.builds(
    lambda monday, rule: Opening(
        Window(datetime.fromisoformat(f"{monday}T09:00"), datetime.fromisoformat(f"{monday}T17:00")), rule
    ),
    DAYS.map(lambda day: day - timedelta(days=day.weekday())),
    st.sampled_from(
        ["FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU", "FREQ=WEEKLY;BYDAY=MO,FR,SU"]
    ),
)
CATCHMENTS = st.sampled_from(
    [
        Catchment(),
        Catchment("minutes", minutes=17.5),
        Catchment("parishes", parishes=("E04011198", "E04011199")),
        Catchment("polygon", polygon=shapely.box(344000.5, 286000, 345000, 287000)),
    ]
)

ORGANISATIONS = st.builds(
    Organisation,
    IDS,
    NAMES,
    description=TEXTS,
    sector=st.sampled_from(["voluntary", "public", "private"]),
    themes=WORDS,
    small=st.sampled_from(Truth),
    point=POINTS,
    postcode=POSTCODES,
    url=st.none() | NAMES,
    email=st.none() | NAMES,
    telephone=st.none() | NAMES,
)
TRUTHS = st.sampled_from(Truth)
CONTACTS = st.builds(Contact, st.sampled_from(With), st.none() | st.integers(1, 30), TRUTHS, TRUTHS, TRUTHS)
CHECKS = st.builds(
    lambda level, seen_by, issued, seen, until: Check(
        level, seen_by, issued, seen and issued + timedelta(seen), until and issued + timedelta(until)
    ),
    st.sampled_from([level for level in Level if level is not Level.NONE]),
    NAMES,
    DAYS,
    st.none() | st.integers(1, 99),
    st.none() | st.integers(1, 999),
)
RESOURCES = st.builds(
    lambda kind, check, *more, **named: Resource(
        more[0], kind, *more[1:], check=check if kind in PEOPLE else None, **named
    ),
    st.sampled_from(ResourceKind),
    st.none() | CHECKS,
    IDS,
    NAMES,
    organisation=st.none() | IDS,
    subkind=TEXTS,
    description=TEXTS,
    point=POINTS,
    postcode=POSTCODES,
    quantity=st.integers(1, 500),
    travels=st.sampled_from(Travels),
    mode=st.sampled_from(Mode),
    max_minutes=MINUTES,
    catchment=CATCHMENTS,
    features=FEATURES,
    openings=st.lists(OPENINGS, max_size=3).map(tuple),
    verified_until=st.none() | DAYS,
    set_up_minutes=st.none() | st.integers(0, 1440),
    turn_round_minutes=st.none() | st.integers(0, 1440),
)
ROLES = st.builds(
    lambda role, kind, subkind, substitutes, numbers, features, minutes, asked: Role(
        *(role, kind, subkind, substitutes, max(numbers), min(numbers), features, minutes),
        *(asked if kind in PEOPLE else ()),
    ),
    IDS,
    st.sampled_from(ResourceKind),
    TEXTS,
    WORDS,
    st.tuples(st.integers(1, 9), st.integers(0, 9)),
    FEATURES,
    MINUTES,
    st.tuples(CONTACTS, st.sampled_from(Level)),
)
NEED_VALUES = st.builds(
    Need,
    IDS,
    NAMES,
    st.lists(ROLES, min_size=1, max_size=3, unique_by=lambda role: role.id).map(tuple),
    organisation=st.none() | IDS,
    description=TEXTS,
    point=POINTS,
    postcode=POSTCODES,
    parish=st.sampled_from([None, "E04011198"]),
    weight=st.floats(0.01, 1000),
    all_or_nothing=st.booleans(),
    asked=st.none() | DAYS,
    closes=st.none() | DAYS,
    mode=st.sampled_from(Mode),
    max_minutes=MINUTES,
    windows=st.lists(WINDOWS, max_size=3).map(tuple),
).filter(lambda need: not (need.asked and need.closes and need.closes < need.asked))


ASPIRATIONS = st.builds(
    Need,
    IDS,
    NAMES,
    st.just(()),
    organisation=st.none() | IDS,
    description=TEXTS,
    point=POINTS,
    postcode=POSTCODES,
    aspiration=st.just(True),
)


def listed(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, max_size=4, unique_by=lambda value: value.id)


def back(
    folder: Path, write: Callable[[Path, Any], None], read: Callable[[Path], Any], values: list[Any]
) -> Any:
    path = folder / "there.csv"
    write(path, values)
    found, report = read(path)
    assert report.issues == ()
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


def sorted_by_id(values: list[Any]) -> list[Any]:
    return sorted(values, key=lambda value: value.id)


@settings(max_examples=60, deadline=None)
@given(listed(ORGANISATIONS))
def test_organisations_come_back_as_they_were_written(folder: Path, values: list[Organisation]) -> None:
    found = back(folder, organisations.write_organisations, organisations.read, values)
    assert found == sorted_by_id(values)


@settings(max_examples=60, deadline=None)
@given(listed(RESOURCES))
def test_resources_come_back_as_they_were_written(folder: Path, values: list[Resource]) -> None:
    assert back(folder, resources.write_resources, resources.read, values) == sorted_by_id(values)


@settings(max_examples=60, deadline=None)
@given(listed(NEED_VALUES | ASPIRATIONS))
def test_needs_come_back_as_they_were_written(folder: Path, values: list[Need]) -> None:
    assert back(folder, needs.write_needs, needs.read, values) == sorted_by_id(values)


def test_a_written_table_is_the_same_every_time(tmp_path: Path, root: Path) -> None:
    values, _ = resources.read(root / "docs" / "templates" / "resources.csv")
    resources.write_resources(tmp_path / "a.csv", values)
    resources.write_resources(tmp_path / "b.csv", values)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert resources.read(tmp_path / "a.csv")[0] == values


def test_line_ends_within_a_cell_survive(tmp_path: Path) -> None:
    organisations.write_organisations(
        tmp_path / "a.csv", [Organisation("a", "A", "one\r\ntwo"), Organisation("b", "B", "one\rtwo")]
    )
    found, report = organisations.read(tmp_path / "a.csv")
    assert [one.description for one in found] == ["one\r\ntwo", "one\ntwo"]
    assert report.issues == ()


def test_a_role_says_whose_thing_it_carries(tmp_path: Path, root: Path) -> None:
    values, _ = needs.read(root / "docs" / "templates" / "needs.csv")
    assert [(role.id, role.carries) for need in values for role in need.roles if role.carries] == [
        ("drivers", "projector")
    ]
    needs.write_needs(tmp_path / "a.csv", values)
    assert needs.read(tmp_path / "a.csv")[0] == values


HEAD = "id,kind,name,dbs_level,dbs_issued,dbs_seen_by\n"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("v,volunteer,V,enhanced,2025-01-01,", "dbs_seen_by"),
        ("v,volunteer,V,enhanced,,Pat", "dbs_issued"),
        ("v,volunteer,V,,2025-01-01,Pat", "dbs_level"),
        ("v,volunteer,V,deep,2025-01-01,Pat", "dbs_level"),
        ("v,venue,V,basic,2025-01-01,Pat", None),
    ],
)
def test_half_a_check_is_no_check(tmp_path: Path, row: str, column: str | None) -> None:
    path = tmp_path / "people.csv"
    path.write_text(HEAD + row + "\n")
    found, report = resources.read(path)
    assert found == []
    assert report.issues[0].column == column
