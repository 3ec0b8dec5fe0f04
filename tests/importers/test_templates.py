"""Our own tables: the shipped templates read cleanly, and every bad cell is named."""

import re
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from geomatch.errors import InputError
from geomatch.importers import needs, organisations, resources
from geomatch.model import (
    Organisation,
    ResourceKind,
    Role,
    Travels,
    Truth,
)

READERS: dict[str, ModuleType] = {"organisations": organisations, "resources": resources, "needs": needs}


def table(folder: Path, header: str, *lines: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def found_issues(report: Any) -> list[tuple[int | None, str | None, str]]:
    return [(issue.line, issue.column, issue.kind) for issue in report.issues]


# The templates as shipped


@pytest.mark.parametrize("name", READERS)
def test_the_template_has_every_column_and_reads_without_a_remark(root: Path, name: str) -> None:
    path = root / "docs" / "templates" / f"{name}.csv"
    values, report = READERS[name].read(path)
    assert (report.issues, report.rejected) == ((), 0)
    assert values
    assert tuple(path.read_text().splitlines()[0].split(",")) == READERS[name].COLUMNS


@pytest.mark.parametrize("name", READERS)
def test_every_column_of_the_template_is_explained(root: Path, name: str) -> None:
    text = (root / "docs" / "templates" / "README.md").read_text()
    section = text.partition(f"## {name}.csv")[2].partition("\n## ")[0]
    firsts = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    explained = {column for cell in firsts for column in re.findall(r"`(\w+)`", cell)}
    assert set(READERS[name].COLUMNS) <= explained


# Reading


def test_missing_and_unexpected_columns_stop_the_reading(tmp_path: Path) -> None:
    path = table(tmp_path, "id,nmae,sector")
    with pytest.raises(InputError, match=r"list\.csv: missing columns: name; unexpected columns: 'nmae'"):
        organisations.read(path)


def test_a_spreadsheets_byte_order_mark_and_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("\ufeffID,Name\r\na,Clun\r\n".encode())
    assert [one.id for one in organisations.read(path)[0]] == ["a"]


def test_every_bad_cell_of_organisations_is_named(tmp_path: Path) -> None:
    header = "id,name,sector,small,postcode,easting,northing"
    path = table(
        tmp_path,
        header,
        "b,Good,public,yes,sy7 8bq,344000,286000",
        ",No id,,,,,",
        "c,Odd,charity,,,,",
        "d,Odd,,perhaps,CLUN,344000,",
        "b,Again,,,,,",
        "a,First,,,,,",
    )
    found, report = organisations.read(path)
    assert found == [
        Organisation("a", "First"),
        Organisation(
            "b", "Good", sector="public", small=Truth.YES, postcode="SY7 8BQ", point=(344000.0, 286000.0)
        ),
    ]
    assert found_issues(report) == [
        (3, "id", "missing"),
        (4, None, "invalid"),
        (5, "small", "invalid"),
        (5, "northing", "missing"),
        (5, "postcode", "invalid"),
        (6, "id", "duplicate"),
    ]
    assert (report.kind, report.read, report.loaded, report.rejected) == ("organisations", 6, 2, 4)


def test_a_postcode_without_coordinates_leaves_the_place_open(tmp_path: Path) -> None:
    path = table(tmp_path, "id,kind,name,postcode", "a,venue,Hall,SY7 8BQ")
    ((hall,), _) = resources.read(path)
    assert (hall.point, hall.postcode) == (None, "SY7 8BQ")


def test_degrees_do_for_metres(tmp_path: Path) -> None:
    path = table(tmp_path, "id,name,lon,lat", "a,Here,-2.749116,52.713153")
    assert organisations.read(path)[0][0].point == pytest.approx((349490, 313096), abs=3)


@pytest.mark.parametrize(
    ("kind", "travels"),
    [
        ("venue", "beneficiary"),
        ("equipment", "carried"),
        ("volunteer", "resource"),
        ("skill", "resource"),
        ("fund", "nobody"),
        ("information", "nobody"),
    ],
)
def test_who_travels_is_as_usual_for_the_kind(tmp_path: Path, kind: str, travels: str) -> None:
    path = table(tmp_path, "id,kind,name", f"a,{kind},Thing")
    assert resources.read(path)[0][0].travels == Travels(travels)


def test_every_bad_cell_of_resources_is_named(tmp_path: Path) -> None:
    header = "id,kind,name,quantity,travels,mode,max_minutes,catchment,features,openings,verified_until"
    path = table(
        tmp_path,
        header,
        "a,venue,Hall,one,nobody knows,horse,soon,nearby,projektor,always,someday",
        "b,castle,Keep,,,,,,,,",
        "c,venue,Hall,0,,,,,,,",
        "d,venue,Hall,,,,9999,,,,",
        "e,,Hall,,,,,,,,",
        "f,venue,Hall,2,,foot,15,,,,2027-01-01",
    )
    found, report = resources.read(path)
    assert [one.id for one in found] == ["f"]
    assert [column for line, column, _ in found_issues(report) if line == 2] == [
        "quantity",
        "travels",
        "mode",
        "max_minutes",
        "catchment",
        "features",
        "openings",
        "verified_until",
    ]
    assert [issue for issue in found_issues(report) if issue[0] != 2] == [
        (3, "kind", "invalid"),
        (4, None, "invalid"),
        (5, None, "invalid"),
        (6, "kind", "missing"),
    ]
    assert (report.read, report.rejected) == (6, 5)


def test_openings_begin_on_the_rows_day_or_else_the_callers(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "id,kind,name,openings,from",
        "a,venue,Hall,Mon 09:00-10:00,2026-11-03",
        "b,venue,Hall,Mon 09:00-10:00,",
    )
    found, _ = resources.read(path, start=date(2026, 12, 1))
    assert [one.openings[0].first.starts.date() for one in found] == [date(2026, 11, 9), date(2026, 12, 7)]
    _, report = resources.read(path)
    assert found_issues(report) == [(3, "openings", "invalid")]


NEEDS = "id,title,weight,windows,role,kind,quantity,minimum"


def test_rows_of_the_same_id_make_one_need(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        NEEDS,
        "n2,Lunch,,,,venue,,",
        "n1,Film,2,2026-12-03 19:00-21:00,hall,venue,,",
        "n1,,,,drivers,volunteer,2,1",
    )
    found, report = needs.read(path)
    film, lunch = found
    assert film.roles == (
        Role("hall", ResourceKind.VENUE),
        Role("drivers", ResourceKind.VOLUNTEER, quantity=2, minimum=1),
    )
    assert (film.title, film.weight, lunch.roles[0].id, lunch.windows) == ("Film", 2.0, "venue", ())
    assert (report.read, report.loaded, report.rejected) == (3, 3, 0)


def test_a_need_of_which_one_row_is_bad_is_not_loaded_at_all(tmp_path: Path) -> None:
    path = table(tmp_path, NEEDS, "n1,Film,,,hall,venue,,", "n1,,,,drivers,driver,2,", "n2,Lunch,,,,venue,,")
    found, report = needs.read(path)
    assert [need.id for need in found] == ["n2"]
    assert found_issues(report) == [(3, "kind", "invalid"), (2, "id", "invalid")]
    assert (report.read, report.loaded, report.rejected) == (3, 1, 2)


def test_rows_of_one_need_may_not_contradict_each_other(tmp_path: Path) -> None:
    path = table(tmp_path, NEEDS, "n1,Film,,,hall,venue,,", "n1,Lunch,,,drivers,volunteer,2,")
    found, report = needs.read(path)
    assert found == []
    assert found_issues(report)[0] == (3, "title", "conflict")
    assert report.rejected == 2


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("n1,,,,,venue,,", "title"),
        ("n1,Film,heavy,,,venue,,", "weight"),
        ("n1,Film,0,,,venue,,", None),
        ("n1,Film,,tonight,,venue,,", "windows"),
        ("n1,Film,,,,venue,1,2", None),
        (",Film,,,,venue,,", "id"),
    ],
)
def test_every_bad_cell_of_needs_is_named(tmp_path: Path, line: str, column: str | None) -> None:
    found, report = needs.read(table(tmp_path, NEEDS, line))
    assert found == []
    assert [(issue.line, issue.column) for issue in report.issues] == [(2, column)]
    assert report.rejected == 1


def test_the_same_role_twice_is_refused(tmp_path: Path) -> None:
    _, report = needs.read(table(tmp_path, NEEDS, "n1,Film,,,hall,venue,,", "n1,,,,hall,venue,,"))
    assert "two roles of the same name" in report.issues[0].message
    assert report.rejected == 2


WISHES = "id,title,kind,aspiration,closes,windows,quantity"


def test_a_wish_for_one_day_is_one_row_that_asks_for_nothing(tmp_path: Path) -> None:
    (cafe,), report = needs.read(table(tmp_path, WISHES, "w1,A café,,yes,,,"))
    assert (cafe.aspiration, cafe.roles, cafe.windows, report.rejected) == (True, (), (), 0)


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("w1,A café,venue,yes,,,", ["kind"]),
        ("w1,A café,,yes,2026-12-01,2026-12-03 19:00-21:00,2", ["closes", "windows", "quantity"]),
        ("w1,A café,,perhaps,,,", ["aspiration", "kind"]),
        ("w1,A café,,no,,,", ["kind"]),
    ],
)
def test_a_wish_with_a_time_or_a_kind_is_refused_at_each_cell(
    tmp_path: Path, line: str, columns: list[str]
) -> None:
    found, report = needs.read(table(tmp_path, WISHES, line))
    assert found == []
    assert [issue.column for issue in report.issues] == columns
