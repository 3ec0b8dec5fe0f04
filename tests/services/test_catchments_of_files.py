"""A row of a file whose catchment names no parish of the county is told of, and kept."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from geomatch.db import counties, engine
from geomatch.roads import SPEEDS
from geomatch.services import importing
from geomatch.services.importing import Job
from geomatch.services.reading import Part
from tests.webmap import county
from tests.webmap.writer import Writer

ROWS = """id,name,kind,catchment
near,Drives here,volunteer,parishes E04011198
gone,Drives elsewhere,volunteer,parishes E04011198;E04099999
moon,Drives on the moon,volunteer,"POLYGON((100000 100000, 101000 100000, 101000 101000, 100000 100000))"
wide,Drives anywhere,volunteer,anywhere
"""


@pytest.fixture
def door(make_database: Callable[[], str]) -> Iterator[sa.Engine]:
    made = engine.connect(make_database())
    yield made
    made.dispose()


def _imported(door: sa.Engine, folder: Path, *, drawn: bool) -> tuple[list[str], list[str]]:
    """The ids kept, and what was said of catchments."""
    file = folder / "resources.csv"
    file.write_text(ROWS, "utf-8")
    with door.begin() as connection:
        write = Writer(connection, "valeshire", "Valeshire")
        if drawn:
            county.draw(write)
            connection.execute(sa.text("update area set code = 'E04011198' where code = 'parish-00'"))
        job = Job(connection, counties.every(connection)[0], date(2026, 11, 1), SPEEDS)
        told = importing.import_part(job, Part("resources", (file,)))
        kept = list(connection.scalars(sa.text("select ref from resource order by ref")))
    return kept, [issue["message"] for issue in told["issues"] if issue["column"] == "catchment"]


def test_a_row_that_names_no_parish_of_the_county_is_told_and_kept(door: sa.Engine, tmp_path: Path) -> None:
    kept, said = _imported(door, tmp_path, drawn=True)
    assert kept == ["gone", "moon", "near", "wide"], "what lies beyond the border may be in a file"
    assert said == ["gone: no parish of the county has the code E04099999; expected codes of its parishes"]


def test_before_boundaries_are_loaded_nothing_can_be_held_to_them(door: sa.Engine, tmp_path: Path) -> None:
    kept, said = _imported(door, tmp_path, drawn=False)
    assert kept == ["gone", "moon", "near", "wide"]
    assert said == []
