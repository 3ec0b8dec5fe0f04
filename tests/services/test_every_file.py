"""Every real file that an importer covers goes in by itself, and a second time changes nothing."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from geomatch.db import engine
from geomatch.services import counties
from geomatch.services.reading import Part

TODAY = date(2026, 11, 23)

FILES = [
    ("boundaries", "rutland/lsoa_2021.geojson", {"kind": "lsoa"}, 26),
    ("boundaries", "rutland/outline.geojson", {"kind": "lad"}, 1),
    ("boundaries", "rutland/parishes_2021.geojson", {"kind": "parish", "vintage": date(2021, 5, 7)}, 57),
    ("boundaries", "rutland/wards_2025.geojson", {"kind": "division"}, 15),
    (
        "boundaries",
        "shropshire/divisions_2009.geojson",
        {"kind": "division", "vintage": date(2009, 6, 4)},
        63,
    ),
    ("boundaries", "shropshire/divisions_2025.geojson", {"kind": "division"}, 72),
    ("boundaries", "shropshire/lsoa_2021.geojson", {"kind": "lsoa"}, 198),
    ("boundaries", "shropshire/neighbour_authorities_2020.geojson", {"kind": "lad"}, 18),
    ("boundaries", "shropshire/outline.geojson", {"kind": "lad", "vintage": date(2018, 12, 31)}, 1),
    ("boundaries", "shropshire/parishes_coarse_2020_15km.geojson", {"kind": "parish", "code": "parcd"}, 506),
    ("boundaries", "shropshire/parishes_exact_partial_2022_15km.geojson", {"kind": "parish"}, 131),
    ("roads", "rutland/rutland_2021-05-07.osm.pbf", {}, 10_899),
    ("places", "rutland/pois_osm_2021.geojson", {"kind": "venue"}, 214),
    ("places", "schools_gias_2025_selected.csv", {"kind": "venue"}, 1_575),
    ("places", "libraries_england_2023_selected_geocoded.csv", {"kind": "venue"}, 173),
    ("places", "gp_practices_epraccur_geocoded_selected.csv", {"kind": "organisation"}, 749),
    ("postcodes", "rutland/codepoint_open_2014.csv.gz", {}, 1_207),
    ("postcodes", "shropshire/codepoint_open_2014_15km.csv.gz", {}, 58_162),
    ("postcodes", "native/codepoint_open/hr.csv.gz", {}, None),
    ("postcodes", "native/codepoint_open/ld.csv.gz", {}, None),
    ("postcodes", "native/codepoint_open/sy.csv.gz", {}, None),
    ("postcodes", "native/codepoint_open/tf.csv.gz", {}, None),
    ("postcodes", "native/codepoint_open/wv.csv.gz", {}, None),
    ("names", "rutland/os_open_names.csv.gz", {}, 2_609),
    ("names", "shropshire/os_open_names_15km.csv.gz", {}, 41_287),
    *(
        ("names", f"native/os_open_names/{tile}.csv.gz", {}, None)
        for tile in ("SJ40", "SJ42", "SK80", "SO26", "SO28", "SO46", "SO48", "SO68")
    ),
]


@pytest.fixture(scope="module")
def door(make_database: Callable[[], str]) -> Iterator[sa.Engine]:
    opened = engine.connect(make_database())
    yield opened
    opened.dispose()


@pytest.mark.parametrize(("kind", "file", "options", "rows"), FILES, ids=lambda value: str(value)[-40:])
def test_a_real_file_goes_in_once(
    door: sa.Engine, test_data: Path, kind: str, file: str, options: dict[str, object], rows: int | None
) -> None:
    # a county of its own for each file, so that nothing clips it to another's border
    slug = "x" + "".join(letter if letter.isalnum() else "-" for letter in file.lower()).strip("-")
    with door.begin() as connection:
        connection.execute(
            sa.text("insert into county (slug, name) values (:slug, :slug) on conflict do nothing"),
            {"slug": slug},
        )
    part = Part(kind, (test_data / file,), options)
    [first] = counties.add(door, slug, part, today=TODAY)
    assert first["read"] == first["loaded"] + first["rejected"]
    assert first["loaded"] > 500 if rows is None else first["loaded"] == rows
    [second] = counties.add(door, slug, part, today=TODAY)
    assert second["unchanged"]


def test_residents_go_in_with_the_points_they_live_at(door: sa.Engine, test_data: Path) -> None:
    files = ("oa21_pwc_lookup_selected_lads.csv", "census2021_lsoa21_age_selected_lads.csv")
    part = Part("population", tuple(test_data / file for file in files), {"join": "lsoa21cd"})
    with door.begin() as connection:
        connection.execute(sa.text("insert into county (slug, name) values ('people', 'People')"))
    [outcome] = counties.add(door, "people", part, today=TODAY)
    assert outcome["rejected"] == 0
    with door.connect() as connection:
        total = connection.execute(sa.text("select sum(residents) from population")).scalar_one()
    assert total == 2_390_407


def test_ljcs_go_in_by_parish_code(door: sa.Engine, test_data: Path) -> None:
    options = {
        "kind": "ljc",
        "parish": "parish_code",
        "division": "division_code",
        "group": "ljc_name",
        "valid_from": date(2010, 11, 10),
    }
    part = Part("groups", (test_data.parent / "facts/ljc_lookup.csv",), options)
    with door.begin() as connection:
        connection.execute(sa.text("insert into county (slug, name) values ('groups', 'Groups')"))
    [outcome] = counties.add(door, "groups", part, today=TODAY)
    # four rows of this table have a cell too many, and are told by line
    assert (outcome["loaded"], [issue["line"] for issue in outcome["issues"]]) == (224, [73, 134, 172, 194])
