"""OS Open UPRN, as published."""

import gzip
from pathlib import Path

import pytest

from geomatch.errors import InputError
from geomatch.importers import uprns

HEADER = "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n"
ROWS = "1,358260.66,172796.5,51.4526038,-2.6020703\n100070012345,349120,312510,52.7,-2.75\n"


def _file(folder: Path, text: str) -> Path:
    path = folder / "osopenuprn.csv"
    path.write_text("\ufeff" + text, "utf-8")
    return path


def test_the_publishers_file_is_read(tmp_path: Path) -> None:
    found, report = uprns.read(_file(tmp_path, HEADER + ROWS))
    assert found.uprn.tolist() == [1, 100070012345]
    assert (found.easting[0], found.northing[0]) == (358260.66, 172796.5)
    assert (report.read, report.loaded, report.rejected, report.kind) == (2, 2, 0, "uprns")


def test_a_gzipped_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress((HEADER + ROWS).encode()))
    assert len(uprns.read(path)[0]) == 2


def test_only_what_lies_in_the_box_is_kept_and_the_rest_counted(tmp_path: Path) -> None:
    box = (340_000, 300_000, 360_000, 320_000)
    found, report = uprns.read(_file(tmp_path, HEADER + ROWS), box=box)
    assert found.uprn.tolist() == [100070012345]
    assert (report.loaded, report.rejected) == (1, 1)
    assert "outside the county" in report.issues[0].message


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("x,349120,312510,0,0\n", "uprn"),
        ("0,349120,312510,0,0\n", "uprn"),
        ("1234567890123,349120,312510,0,0\n", "uprn"),
        ("1,349120,312510,0,0\n", "uprn"),
        ("7,,312510,0,0\n", "easting"),
        ("7,9349120,312510,0,0\n", "easting"),
    ],
)
def test_a_bad_row_is_told_with_its_line(tmp_path: Path, row: str, column: str) -> None:
    found, report = uprns.read(_file(tmp_path, HEADER + ROWS + row))
    assert len(found) == 2
    (issue,) = report.issues
    assert (issue.line, issue.column) == (4, column)


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing columns"):
        uprns.read(_file(tmp_path, "a,b\n1,2\n"))
