"""Parishes in groups: by column names of the caller's choosing, dated, split by division, never doubled."""

from datetime import date
from pathlib import Path

import pytest

from geomatch.errors import InputError
from geomatch.importers import groups
from geomatch.model import Membership

HEADER = "Parish_Code,Division_Code,LJC_Name,Confidence,Begins\n"
A, B, W1, W2 = "E04000001", "E04000002", "E05000001", "E05000002"


def table(folder: Path, *lines: str) -> Path:
    path = folder / "lookup.csv"
    path.write_text(HEADER + "".join(line + "\n" for line in lines))
    return path


def test_a_parish_split_between_two_groups_has_two_rows(tmp_path: Path) -> None:
    path = table(tmp_path, f"{B},{W1},North,direct,", f"{A},{W2},South,,", f"{A},{W1},North,direct,")
    found, report = groups.read(
        path,
        kind="ljc",
        parish="parish_code",
        group="ljc_name",
        division="division_code",
        valid_from=date(2010, 11, 10),
    )
    began = date(2010, 11, 10)
    assert found == [
        Membership("ljc", "North", A, W1, began, confidence="direct"),
        Membership("ljc", "South", A, W2, began),
        Membership("ljc", "North", B, W1, began, confidence="direct"),
    ]
    assert (report.kind, report.read, report.loaded) == ("groups", 3, 3)


def test_a_date_may_be_a_column(tmp_path: Path) -> None:
    path = table(tmp_path, f"{A},,North,,2010-11-10", f"{B},,North,,soon")
    found, report = groups.read(path, kind="place_plan", group="ljc_name", valid_from="begins")
    assert [(one.parish, one.valid_from, one.group_kind) for one in found] == [
        (A, date(2010, 11, 10), "place_plan")
    ]
    assert [(issue.line, issue.column, issue.kind) for issue in report.issues] == [(3, "begins", "invalid")]


def test_a_parish_may_change_groups_but_not_be_in_two_at_once(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        f"{A},,North,,2010-01-01",
        f"{A},,North,,2011-01-01",
        f"{A},,South,,2012-01-01",
        f"{B},,South,,2012-01-01",
    )
    found, report = groups.read(path, kind="ljc", group="ljc_name", valid_from="begins")
    assert [(one.parish, one.group_name) for one in found] == [(A, "North"), (B, "South")]
    assert [(issue.line, issue.kind) for issue in report.issues] == [(3, "duplicate"), (4, "conflict")]


def test_one_membership_may_end_on_the_day_the_next_begins(tmp_path: Path) -> None:
    path = tmp_path / "moves.csv"
    path.write_text(f"parish,ljc,since,to\n{A},North,2009-01-01,2010-06-01\n{A},South,2010-06-01,\n")
    found, report = groups.read(
        path, kind="ljc", parish="parish", group="ljc", valid_from="since", valid_to="to"
    )
    assert ([one.group_name for one in found], report.issues) == (["North", "South"], ())


def test_every_bad_row_is_an_issue(tmp_path: Path) -> None:
    path = table(tmp_path, "Clun,,North,,", f"{A},,,,", f"{A},Ward,North,,", ",,North,,", f"{B},,South,,")
    found, report = groups.read(path, kind="ljc", group="ljc_name", division="division_code")
    assert [one.parish for one in found] == [B]
    assert [(issue.line, issue.column, issue.kind) for issue in report.issues] == [
        (2, "parish_code", "invalid"),
        (3, "ljc_name", "missing"),
        (4, "division_code", "invalid"),
        (5, "parish_code", "missing"),
    ]
    assert (report.read, report.loaded, report.rejected) == (5, 1, 4)


def test_a_membership_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, f"{A},,North,,2012-01-01")
    found, report = groups.read(
        path, kind="ljc", group="ljc_name", valid_from="begins", valid_to=date(2011, 1, 1)
    )
    assert found == []
    assert "is not before valid_to" in report.issues[0].message


def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing columns: committee; there are parish_code, "):
        groups.read(table(tmp_path), kind="ljc", group="committee")
