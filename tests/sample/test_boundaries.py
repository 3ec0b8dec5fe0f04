"""The drawn boundaries that are committed, and where they come from."""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import shapely

from geomatch.errors import UnavailableError
from geomatch.model import Area, AreaKind
from geomatch.sample import facts, files, parishes, redraw
from geomatch.sample.facts import Facts

KINDS = (AreaKind.PARISH, AreaKind.DIVISION)


@pytest.fixture(scope="module")
def committed() -> dict[AreaKind, list[Area]]:
    return {kind: files.read_boundaries(facts.FOLDER / redraw.FILES[kind], kind) for kind in KINDS}


def test_there_are_201_parishes_and_63_divisions(committed: dict[AreaKind, list[Area]]) -> None:
    assert {kind: len(areas) for kind, areas in committed.items()} == dict(zip(KINDS, (201, 63), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_boundaries_leave_no_gap_and_do_not_overlap(
    kind: AreaKind, committed: dict[AreaKind, list[Area]]
) -> None:
    shapes = [area.geometry for area in committed[kind]]
    assert shapely.coverage_is_valid(shapes)
    assert not shapely.union_all(shapes).interiors


def test_parishes_and_divisions_cover_the_same_land(committed: dict[AreaKind, list[Area]]) -> None:
    whole = [shapely.union_all([area.geometry for area in committed[kind]]) for kind in KINDS]
    assert shapely.symmetric_difference(*whole).area < 1.0
    assert 3.0e9 < whole[0].area < 3.5e9


def test_every_seat_lies_in_its_own_parish(committed: dict[AreaKind, list[Area]]) -> None:
    shapes = {area.code: area.geometry for area in committed[AreaKind.PARISH]}
    astray = [s.name for s in facts.read().seats if not shapes[s.code].contains(shapely.Point(s.point))]
    assert astray == []


def test_a_parish_in_one_division_lies_wholly_in_it(committed: dict[AreaKind, list[Area]]) -> None:
    parish = {area.code: area.geometry for area in committed[AreaKind.PARISH]}
    division = {area.code: area.geometry for area in committed[AreaKind.DIVISION]}
    of_parish: dict[str, list[str]] = defaultdict(list)
    for piece in facts.read().pieces:
        of_parish[piece.parish].append(piece.division)
    for code, divisions in of_parish.items():
        inside = [shapely.intersection(parish[code], division[one]).area for one in divisions]
        assert min(inside) > 0
        assert sum(inside) == pytest.approx(parish[code].area, rel=1e-4)


def test_drawing_again_gives_the_same_bytes() -> None:
    for name, text in redraw.drawn().items():
        assert text.encode() == (facts.FOLDER / name).read_bytes()


def test_sources_state_every_file_as_it_is() -> None:
    stated = (facts.FOLDER / redraw.SOURCES).read_text(encoding="utf-8")
    there = {path.name for path in facts.FOLDER.iterdir() if path.name != redraw.SOURCES}
    assert set(redraw.listed(stated)) == there
    assert redraw.refreshed(stated, facts.FOLDER) == stated


def test_sources_notice_a_changed_file(tmp_path: Path) -> None:
    (tmp_path / "seats.csv").write_text("code,name\nE04000001,Westby\n", encoding="utf-8")
    stated = "| `seats.csv` | parishes | us | MIT | now | none | 7 | `abc` |"
    assert redraw.refreshed(stated, tmp_path).split("|")[7].strip() == "1"


def test_facts_that_are_not_there_are_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"lines\.csv is not there"):
        facts.read(tmp_path)


def test_every_fact_names_a_parish_division_or_place_we_have() -> None:
    known = facts.read()
    parishes_known = {seat.code for seat in known.seats}
    assert {piece.parish for piece in known.pieces} == parishes_known
    members = facts.rows(facts.FOLDER / "ljc_members.csv")
    assert {row["parish"] for row in members} == parishes_known
    assert {(row["parish"], row["division"]) for row in members} == {
        (p.parish, p.division) for p in known.pieces
    }
    places = {seat.name for seat in known.seats} | {one.name for one in known.settlements}
    places |= {f"@{name}" for name in known.crossings}
    assert {stop for road in known.roads for stop in road.through} <= places


def test_moves_between_committees_are_dated() -> None:
    rows = [row for row in facts.rows(facts.FOLDER / "ljc_members.csv") if row["valid_to"]]
    assert {(row["parish"], row["ljc"], row["valid_to"]) for row in rows} == {
        ("E04011201", "Whitchurch and Prees", "2010-07-01"),
        ("E04011322", "Whitchurch and Prees", "2010-07-01"),
    }


def test_a_split_parish_is_cut_among_its_divisions(small_facts: Facts) -> None:
    areas = {area.code: area.geometry for area in parishes.draw(small_facts)}
    west, east = areas["E05000001"], areas["E05000002"]
    assert shapely.intersection(areas["E04000002"], east).equals(east)
    assert (
        shapely.union_all([west, east])
        .symmetric_difference(shapely.union_all([areas["E04000001"], areas["E04000002"]]))
        .area
        < 1.0
    )


def test_rings_are_written_from_the_same_corner_however_they_were_made() -> None:
    square = np.array([[342e3, 304e3], [343e3, 304e3], [343e3, 305e3], [342e3, 305e3]])
    one = Area(AreaKind.PARISH, "E04000001", "Westby", shapely.Polygon(square))
    other = Area(AreaKind.PARISH, "E04000001", "Westby", shapely.Polygon(np.roll(square[::-1], 2, axis=0)))
    text = files.boundaries([one], AreaKind.PARISH)
    assert text == files.boundaries([other], AreaKind.PARISH)
    ring = json.loads(text)["features"][0]["geometry"]["coordinates"][0]
    assert shapely.LinearRing(ring).is_ccw
