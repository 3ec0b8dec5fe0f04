"""What a spreadsheet opens does nothing by itself."""

import csv
import io
from typing import Any

import pytest

from geomatch.cli import siting
from geomatch.exporters import spreadsheet


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")']
)
def test_no_cell_is_a_live_formula(text: str) -> None:
    assert spreadsheet.harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["-2.72", "+44", "Parish 00", "", None, -5, 1.5, True])
def test_numbers_and_plain_words_stay_as_they_are(value: Any) -> None:
    assert spreadsheet.harmless(value) == value


def test_coverage_by_command_is_harmless_too() -> None:
    told = siting.as_csv([{"code": "E1", "name": "=1+1", "residents": 3}])
    assert list(csv.DictReader(io.StringIO(told))) == [{"code": "E1", "name": "'=1+1", "residents": "3"}]
