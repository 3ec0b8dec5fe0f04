"""Text files, tables, rows and the report: nothing bad goes missing, and everything bad has its line."""

import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest

from geomatch.errors import InputError
from geomatch.importers import cells, columns, positions, tables, textfiles
from geomatch.importers.report import Issue, IssueKind, Provenance, Reading, Report, sha256_of
from geomatch.importers.tables import Row


def csv_file(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def anything(_header: list[str]) -> None:
    return None


def rows_of(path: Path) -> tuple[list[Row], Reading]:
    reading = Reading(path.name)
    return list(tables.rows(path, reading, check=anything)), reading


# The report


def test_a_report_must_add_up() -> None:
    with pytest.raises(InputError, match="expected read = loaded \\+ rejected"):
        Report("names", "a.csv", "0", read=3, loaded=1, rejected=1)


def test_a_report_has_the_shape_that_is_promised(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "id\n1\n")
    reading = Reading(path.name)
    reading.read = 2
    reading.reject(IssueKind.INVALID, "not a thing", line=2, column="id", value="1")
    report = reading.report("names", [path], Provenance.stated("2025-05-01", "Publisher", "OGL"))
    assert report.as_dict(seconds=0.5) == {
        "kind": "names",
        "source": "list.csv",
        "sha256": hashlib.sha256(b"id\n1\n").hexdigest(),
        "read": 2,
        "loaded": 1,
        "rejected": 1,
        "issues": [
            {
                "source": "list.csv",
                "line": 2,
                "column": "id",
                "kind": "invalid",
                "value": "1",
                "message": "not a thing",
            }
        ],
        "vintage": "2025-05-01",
        "publisher": "Publisher",
        "licence": "OGL",
        "seconds": 0.5,
    }


def test_a_very_long_value_is_shown_in_part() -> None:
    reading = Reading("a.csv")
    reading.note(IssueKind.INVALID, "too long", value="x" * 5000)
    assert len(reading.issues[0].value or "") < 300


def test_many_rows_left_out_on_purpose_are_one_issue_and_none_are_no_issue() -> None:
    reading = Reading("a.csv")
    reading.read = 5
    reading.reject_many(IssueKind.CLOSED, 3, "are closed")
    reading.reject_many(IssueKind.LICENCE, 0, "are foreign")
    assert reading.rejected == 3
    assert reading.issues == (Issue("a.csv", None, None, "closed", "3", "3 are closed"),)


def test_a_file_that_is_not_there_has_no_digest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a file to read"):
        sha256_of(tmp_path / "none.csv")


# Text


@pytest.mark.parametrize("name", ["list.csv", "list.csv.gz", "list.zip"])
def test_plain_gzipped_and_zipped_text_read_alike(tmp_path: Path, name: str) -> None:
    text = b"\xef\xbb\xbfid,name\r\n1,Clun\r\n"
    path = tmp_path / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("Data/list.csv", text)
            archive.writestr("Doc/header.csv", b"other\n")
    else:
        path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    (row,), _ = rows_of(path)
    assert (row.line, row.cells) == (2, {"id": "1", "name": "Clun"})


def test_windows_1252_is_refused_with_its_line(tmp_path: Path) -> None:
    path = csv_file(tmp_path, b"id,name\n1,Clun\n2,Caf\xe9\n")
    with pytest.raises(InputError, match=r"list\.csv line 3: the byte 0xE9 is not UTF-8"):
        rows_of(path)


def test_a_nul_byte_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 2: a NUL byte"):
        rows_of(csv_file(tmp_path, b"id\n\0\n"))


def test_a_gzip_that_stops_early_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(b"id\n" + b"".join(b"%d\n" % number for number in range(5000)))
    with pytest.raises(InputError, match="cut short or damaged"):
        rows_of(csv_file(tmp_path, whole[: len(whole) // 2], "list.csv.gz"))


def test_a_zip_that_stops_early_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("list.csv", "id\n1\n")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="cut short or damaged"):
        rows_of(path)


def test_a_zip_without_tables_says_what_it_holds(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputError, match=r"no \.csv in the zip; it holds readme\.txt"):
        rows_of(tmp_path / "list.zip")


def test_no_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match="expected a file to read"):
            rows_of(path)


def test_a_stray_quotation_mark_costs_one_row(tmp_path: Path) -> None:
    rows, reading = rows_of(csv_file(tmp_path, 'id,name\n1,"Clun"x\n2,"Aston\non Clun"\n3,Bucknell\n'))
    assert [(row.line, row.text("name")) for row in rows] == [(3, "Aston\non Clun"), (5, "Bucknell")]
    assert [(issue.line, issue.kind) for issue in reading.issues] == [(2, "cells")]
    assert (reading.read, reading.rejected) == (3, 1)


def test_a_quotation_mark_never_closed_stops_the_reading_where_it_opens(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 3: a quotation mark is opened and never closed"):
        rows_of(csv_file(tmp_path, 'id,name\n1,Clun\n2,"Aston\n3,Bucknell\n'))


# Tables


def test_rows_of_the_wrong_width_are_counted_and_blank_lines_are_not(tmp_path: Path) -> None:
    rows, reading = rows_of(csv_file(tmp_path, "id,name\n1,Clun\n\n2\n3,Bucknell,x\n,\n"))
    assert [row.text("id") for row in rows] == ["1"]
    assert [(issue.line, issue.message) for issue in reading.issues] == [
        (4, "1 cells; expected 2"),
        (5, "3 cells; expected 2"),
    ]
    assert (reading.read, reading.rejected) == (3, 2)


def test_an_empty_file_and_a_column_twice_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a header line"):
        rows_of(csv_file(tmp_path, ""))
    with pytest.raises(InputError, match="column name stands twice"):
        rows_of(csv_file(tmp_path, "id,Name,name \n"))


def test_missing_and_unexpected_columns_are_both_listed() -> None:
    check = tables.exactly("list.csv", required=("id", "name"), optional=("url",))
    check(["name", "id"])
    with pytest.raises(InputError, match="missing columns: name; unexpected columns: 'nmae'"):
        check(["id", "nmae", "url"])
    with pytest.raises(InputError, match="missing columns: none; unexpected columns: 'nmae', ''"):
        check(["id", "name", "nmae", ""])


def test_a_publishers_table_may_have_more_columns_but_not_fewer() -> None:
    check = tables.at_least("list.csv", "Code", "name")
    check(["code", "name", "extra"])
    with pytest.raises(InputError, match="missing columns: name; there are code, extra"):
        check(["code", "extra"])


def test_every_bad_cell_of_a_row_is_named_and_the_row_counts_once(tmp_path: Path) -> None:
    (row,), reading = rows_of(csv_file(tmp_path, "id,size,day\n,many,soon\n"))
    row.required("id")
    assert row.parsed("size", cells.number, 7.0) == 7.0
    row.parsed("day", cells.day, None)
    assert row.bad
    assert [(i.line, i.column, i.kind, i.value) for i in reading.issues] == [
        (2, "id", "missing", ""),
        (2, "size", "invalid", "many"),
        (2, "day", "invalid", "soon"),
    ]
    assert reading.rejected == 1


def test_columns_are_found_by_the_first_alternative_that_fits() -> None:
    patterns = {"code": r"wd\d\dcd|osward", "name?": "name"}
    assert columns.find(["osward", "WD25CD "], patterns, source="a.csv") == {"code": 1}
    with pytest.raises(InputError, match=r"code \(wd\\d\\dcd or osward\); there are x, y"):
        columns.find(["x", "y"], patterns, source="a.csv")


# Cells


@pytest.mark.parametrize("text", ["1,200", "1_000", "nan", "inf", "1e999", "12 m", "٣", ""])
def test_what_is_not_a_number(text: str) -> None:
    with pytest.raises(InputError, match="is not a number"):
        cells.number(text)


def test_numbers_and_whole_numbers() -> None:
    assert [cells.number(text) for text in ("12", "-0.5", ".5", "1e3")] == [12.0, -0.5, 0.5, 1000.0]
    assert [cells.whole(text) for text in ("12", "12.0", "-3")] == [12, 12, -3]
    with pytest.raises(InputError, match="not a whole number"):
        cells.whole("12.5")


@pytest.mark.parametrize("text", ["20261203", "2026-W49-4", "03/12/2026", "2026-13-01", "0001-01-01"])
def test_what_is_not_a_date(text: str) -> None:
    with pytest.raises(InputError, match="is not a date"):
        cells.day(text)


def test_words_with_a_semicolon_are_not_written_into_one_cell() -> None:
    assert cells.words_text(["food", "older people"]) == "food;older people"
    with pytest.raises(InputError, match="without semicolons"):
        cells.words_text(["food; drink"])


# Positions


def at(**values: str) -> tuple[positions.Point | None, Reading]:
    reading = Reading("a.csv")
    return positions.of(Row(2, values, reading)), reading


def test_metres_are_taken_before_degrees() -> None:
    point, _ = at(easting="344000", northing="286000", lon="0", lat="0")
    assert point == (344000.0, 286000.0)


def test_degrees_are_crossed_to_metres() -> None:
    # SY1 1AA in Code-Point Open, and the same in degrees
    point, _ = at(longitude="-2.749116", latitude="52.713153")
    assert point == pytest.approx((349490, 313096), abs=3)


def test_nothing_and_the_publishers_zero_are_no_position() -> None:
    assert at(easting="", northing="")[0] is None
    point, reading = at(easting="0", northing="0")
    assert (point, reading.issues) == (None, ())


@pytest.mark.parametrize(
    ("values", "column", "kind"),
    [
        ({"easting": "344000", "northing": ""}, "northing", "missing"),
        ({"easting": "abc", "northing": "286000"}, "easting", "invalid"),
        ({"lon": "52.7", "lat": "-2.7"}, "lon", "outside"),
        ({"easting": "-2.7", "northing": "52.7"}, "easting", "outside"),
    ],
)
def test_a_position_that_cannot_be_is_an_issue(values: dict[str, str], column: str, kind: str) -> None:
    point, reading = at(**values)
    assert point is None
    assert [(issue.column, issue.kind) for issue in reading.issues] == [(column, kind)]


def test_the_last_row_of_a_cut_file_is_known_by_its_missing_line_end(tmp_path: Path) -> None:
    reading = Reading("a.csv")
    for lines in textfiles.parts(csv_file(tmp_path, "1,2\n3")):
        records = textfiles.records(lines, reading)
        assert textfiles.right_width(lines, reading, *next(records), 2)
        with pytest.raises(InputError, match="line 2: the file ends in the middle of a row"):
            textfiles.right_width(lines, reading, *next(records), 2)
