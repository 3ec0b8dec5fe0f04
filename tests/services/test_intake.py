"""What people write in is read like a file, looked at before it is kept, and kept whole or not at all."""

import math
from datetime import date
from pathlib import Path

import pytest
import shapely
import sqlalchemy as sa

from geomatch.db import areas, counties, imports
from geomatch.errors import InputError
from geomatch.model import Area
from geomatch.roads import SPEEDS
from geomatch.services import intake
from geomatch.services.importing import Job

PARISH = Area("parish", "E04000001", "Clun", shapely.box(350_000, 300_000, 354_000, 304_000))
HALL = {
    "id": "hall",
    "kind": "venue",
    "name": "Clun Memorial Hall",
    "easting": "351000",
    "northing": "301000",
}
ROOM = {
    "id": "n1",
    "title": "A room for the band",
    "kind": "venue",
    "easting": "352000",
    "northing": "302000",
}


@pytest.fixture
def job(connection: sa.Connection) -> Job:
    made = connection.execute(
        sa.text("insert into county (slug, name) values ('t', 'Test') returning id")
    ).scalar_one()
    source = imports.record(
        connection,
        made,
        kind="boundaries",
        source="p.geojson",
        sha256="0" * 64,
        read=1,
        loaded=1,
        rejected=0,
        seconds=0.0,
    )
    areas.save(connection, made, [PARISH], kind="parish", vintage=date(2026, 1, 1), import_id=source)
    county = next(each for each in counties.every(connection) if each.id == made)
    return Job(connection, county, date(2026, 11, 22), SPEEDS, secret=b"a secret of the tests, long enough")


def _refs(job: Job, table: str) -> list[tuple[str, str]]:
    found = job.connection.execute(sa.text(f"select ref, parish_code from {table} order by ref"))
    return [(row.ref, row.parish_code) for row in found]


def test_what_a_form_says_is_kept_and_placed_in_its_parish(job: Job) -> None:
    intake.keep(job, intake.look(job, "resources", [HALL]))
    intake.keep(job, intake.look(job, "needs", [ROOM]))
    assert _refs(job, "resource") == [("hall", "E04000001")]
    assert _refs(job, "need") == [("n1", "E04000001")]


def test_looking_stores_nothing(job: Job) -> None:
    seen = intake.look(job, "needs", [ROOM])
    assert seen.good
    assert _refs(job, "need") == []


def test_one_bad_row_keeps_the_good_ones_out_and_is_named(job: Job) -> None:
    seen = intake.look(job, "needs", [ROOM, ROOM | {"id": "n2", "max_minutes": "soon", "asked": "tomorrow"}])
    assert not seen.good
    assert [(issue.line, issue.column) for issue in seen.report.issues] == [(2, "asked"), (2, "max_minutes")]
    with pytest.raises(intake.RefusedError, match=r"row 2, column asked.*and 1 more"):
        intake.keep(job, seen)
    assert _refs(job, "need") == []


def test_a_column_there_is_not_is_refused_by_name(job: Job) -> None:
    with pytest.raises(InputError, match="unexpected columns: 'colour'"):
        intake.look(job, "needs", [ROOM | {"colour": "blue"}])


def test_nothing_at_all_cannot_be_kept(job: Job) -> None:
    with pytest.raises(intake.RefusedError, match="nothing was given"):
        intake.keep(job, intake.look(job, "needs", []))


def test_the_same_id_brings_the_record_up_to_date(job: Job) -> None:
    intake.keep(job, intake.look(job, "resources", [HALL]))
    seen = intake.look(job, "resources", [HALL | {"name": "Clun Hall", "easting": "351500"}])
    assert seen.known == {"hall"}
    intake.keep(job, seen)
    assert job.connection.scalar(sa.text("select name from resource")) == "Clun Hall"


def test_the_same_hall_under_another_id_is_pointed_out(job: Job) -> None:
    intake.keep(job, intake.look(job, "resources", [HALL]))
    near = HALL | {"id": "x", "name": "Memorial Hall Clun", "northing": "301300"}
    far = near | {"id": "y", "name": "Village Hall", "easting": "353900", "northing": "303900"}
    seen = intake.look(job, "resources", [near, far])
    assert [(row["ref"], row["metres"]) for row in seen.alike["x"]] == [("hall", 300)]
    assert "y" not in seen.alike


def test_a_spreadsheet_goes_the_same_way(job: Job, tmp_path: Path) -> None:
    file = tmp_path / "halls.csv"
    file.write_text("id,kind,name,easting,northing\nhall,venue,Clun Memorial Hall,351000,301000\n")
    intake.keep(job, intake.look(job, "resources", file))
    file.write_text("id,kind,name,easting,northing\na,venue,A,351000,301000\nb,castle,B,1,2\n")
    seen = intake.look(job, "resources", file)
    with pytest.raises(intake.RefusedError, match="row 3, column kind"):
        intake.keep(job, seen)
    assert _refs(job, "resource") == [("hall", "E04000001")]


def test_a_volunteer_who_writes_in_is_shown_by_the_mask_alone(job: Job) -> None:
    person = HALL | {
        "id": "v",
        "kind": "volunteer",
        "name": "A driver",
        "easting": "351234",
        "northing": "301987",
    }
    intake.keep(job, intake.look(job, "resources", [person]))
    shown = job.connection.execute(sa.text("select ST_X(geom), ST_Y(geom) from resource")).one()
    assert math.dist(shown, (351234, 301987)) >= 100
    kept = job.connection.execute(sa.text("select ST_X(geom), ST_Y(geom), exact from homes.home")).one()
    assert tuple(kept) == (351250, 301950, False), (
        "the middle of a hundred metres, where no postcode is loaded"
    )
    again = job.connection.execute(sa.text("select ST_X(geom), ST_Y(geom) from resource"))
    intake.keep(job, intake.look(job, "resources", [person | {"quantity": "2"}]))
    assert tuple(shown) == tuple(again.one()), "the mask is drawn once"


def test_an_id_made_up_for_a_record_can_be_read_and_is_its_own() -> None:
    first, second = intake.fresh_id("A room — for the Band!"), intake.fresh_id("A room — for the Band!")
    assert first.startswith("a-room-for-the-band-")
    assert first != second
    assert intake.fresh_id("Ω").startswith("record-")
