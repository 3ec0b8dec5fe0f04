"""The publishers' own files, read as they are: every one in full, with every remark accounted for."""

from collections import Counter
from pathlib import Path

import pytest
import shapely

from geomatch.errors import InputError
from geomatch.importers import boundaries, groups, names, places, population, postcodes
from geomatch.importers.report import Report


def kinds(report: Report) -> dict[str, int]:
    return dict(Counter(issue.kind for issue in report.issues))


def outline(test_data: Path, county: str) -> shapely.Geometry:
    return boundaries.read(test_data / county / "outline.geojson", kind="lad")[0][0].geometry


GUESSED = {"guessed": 1}


@pytest.mark.parametrize(
    ("file", "kind", "inside", "outside", "issues"),
    [
        ("rutland/parishes_2021.geojson", "parish", 57, 0, {}),
        ("rutland/wards_2025.geojson", "division", 15, 0, GUESSED),
        ("rutland/lsoa_2021.geojson", "lsoa", 26, 0, GUESSED),
        ("rutland/outline.geojson", "lad", 1, 0, GUESSED),
        ("shropshire/divisions_2025.geojson", "division", 72, 0, GUESSED),
        ("shropshire/divisions_2009.geojson", "division", 63, 0, GUESSED),
        ("shropshire/lsoa_2021.geojson", "lsoa", 198, 0, GUESSED),
        ("shropshire/outline.geojson", "lad", 1, 0, GUESSED),
        ("shropshire/neighbour_authorities_2020.geojson", "lad", 1, 17, GUESSED),
        ("shropshire/parishes_coarse_2020_15km.geojson", "parish", 176, 330, {"missing": 1}),
        ("shropshire/parishes_exact_partial_2022_15km.geojson", "parish", 46, 85, {}),
    ],
)
def test_boundaries_read_whole(
    test_data: Path, file: str, kind: str, inside: int, outside: int, issues: dict[str, int]
) -> None:
    within = outline(test_data, file.partition("/")[0])
    areas, report = boundaries.read(test_data / file, kind=kind, within=within)
    assert Counter(area.outside for area in areas) == Counter({False: inside, True: outside})
    assert kinds(report) == issues
    assert report.read == len(areas) + report.rejected
    assert all(shapely.is_valid(area.geometry) for area in areas)


def test_rutlands_parishes_fill_rutland(test_data: Path) -> None:
    county = outline(test_data, "rutland")
    parishes, _ = boundaries.read(test_data / "rutland" / "parishes_2021.geojson", kind="parish")
    whole = shapely.union_all([parish.geometry for parish in parishes])
    shared = shapely.area(shapely.intersection(whole, county))
    assert shared / shapely.area(shapely.union(whole, county)) > 0.99


def test_shropshires_divisions_are_the_wrong_county_for_rutland(test_data: Path) -> None:
    with pytest.raises(InputError, match=r"none of its \d+ areas lies in the county's outline"):
        boundaries.read(
            test_data / "shropshire" / "divisions_2025.geojson",
            kind="division",
            within=outline(test_data, "rutland"),
        )


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("rutland/codepoint_open_2014.csv.gz", 1_207),
        ("shropshire/codepoint_open_2014_15km.csv.gz", 58_162),
        ("native/codepoint_open/hr.csv.gz", 6_285),
        ("native/codepoint_open/ld.csv.gz", 2_194),
        ("native/codepoint_open/sy.csv.gz", 14_206),
        ("native/codepoint_open/tf.csv.gz", 6_672),
        ("native/codepoint_open/wv.csv.gz", 9_932),
    ],
)
def test_postcodes_read_whole(test_data: Path, file: str, rows: int) -> None:
    found, report = postcodes.read(test_data / file)
    assert (len(found), report.loaded, report.issues) == (rows, rows, ())
    assert set(found.quality.tolist()) <= {10, 30, 40, 50, 60}


def test_native_and_extract_agree_on_every_postcode_they_share(test_data: Path) -> None:
    native, _ = postcodes.read(test_data / "native" / "codepoint_open" / "sy.csv.gz")
    extract, _ = postcodes.read(test_data / "shropshire" / "codepoint_open_2014_15km.csv.gz")
    there = dict(zip(extract.postcode, zip(extract.easting, extract.northing, strict=True), strict=True))
    here = dict(zip(native.postcode, zip(native.easting, native.northing, strict=True), strict=True))
    shared = here.keys() & there.keys()
    assert len(shared) > 10_000
    assert all(here[postcode] == there[postcode] for postcode in shared)


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("rutland/os_open_names.csv.gz", 2_609),
        ("shropshire/os_open_names_15km.csv.gz", 41_287),
        ("native/os_open_names/SJ40.csv.gz", 5_900),
        ("native/os_open_names/SJ42.csv.gz", 2_147),
        ("native/os_open_names/SK80.csv.gz", 2_504),
        ("native/os_open_names/SO26.csv.gz", 1_217),
        ("native/os_open_names/SO28.csv.gz", 1_115),
        ("native/os_open_names/SO46.csv.gz", 2_275),
        ("native/os_open_names/SO48.csv.gz", 1_425),
        ("native/os_open_names/SO68.csv.gz", 2_364),
    ],
)
def test_names_read_whole(test_data: Path, file: str, rows: int) -> None:
    found, report = names.read(test_data / file)
    assert (len(found), report.loaded, report.issues) == (rows, rows, ())
    assert "populatedPlace" in found.type


def test_names_stand_where_they_should(test_data: Path) -> None:
    found, _ = names.read(test_data / "native" / "os_open_names" / "SO48.csv.gz")
    town = found.name.index("Church Stretton")
    assert (found.local_type[town], found.county[town]) == ("Town", "Shropshire")
    assert (found.easting[town], found.northing[town]) == (345291.0, 293647.0)


def test_welsh_names_are_kept_beside_the_english(test_data: Path) -> None:
    found, _ = names.read(test_data / "native" / "os_open_names" / "SO26.csv.gz")
    assert found.other_name[found.name.index("Presteigne")] == "Llanandras"


def test_rutlands_places_are_all_kept_and_the_nameless_listed(test_data: Path) -> None:
    found, report = places.read(test_data / "rutland" / "pois_osm_2021.geojson")
    assert (report.read, report.loaded, kinds(report)) == (214, 214, {"missing": 10})
    assert len({place.id for place in found}) == 214


def test_rutland_has_28_halls(test_data: Path) -> None:
    where = {"amenity": ["community_centre"]}
    found, _ = places.read(test_data / "rutland" / "pois_osm_2021.geojson", where=where)
    county = outline(test_data, "rutland")
    assert len(found) == 28
    near = shapely.buffer(county, 100)  # Duddington stands 54 m over the border
    assert all(place.point and shapely.contains_xy(near, *place.point) for place in found)


@pytest.mark.parametrize(
    ("file", "read", "loaded", "issues"),
    [
        ("schools_gias_2025_selected.csv", 1_576, 1_575, {"no-position": 1}),
        ("libraries_england_2023_selected_geocoded.csv", 238, 173, {"no-position": 36, "closed": 29}),
        ("gp_practices_epraccur_geocoded_selected.csv", 984, 749, {"closed": 235}),
    ],
)
def test_registers_read_with_every_row_accounted_for(
    test_data: Path, file: str, read: int, loaded: int, issues: dict[str, int]
) -> None:
    found, report = places.read(test_data / file)
    assert (report.read, report.loaded, len(found), kinds(report)) == (read, loaded, loaded, issues)


def test_every_resident_is_spread_over_the_output_areas(test_data: Path) -> None:
    found, report = population.read(
        test_data / "oa21_pwc_lookup_selected_lads.csv",
        test_data / "census2021_lsoa21_age_selected_lads.csv",
        join="lsoa21cd",
    )
    assert (report.read, report.loaded, report.issues) == (7_690, 7_690, ())
    assert int(found.residents.sum()) == 2_390_407
    county = outline(test_data, "shropshire")
    assert int(found.residents[shapely.contains_xy(county, found.easting, found.northing)].sum()) == 323_606


def test_the_committees_lookup_has_four_rows_with_a_cell_too_many(test_data: Path) -> None:
    lookup = test_data.parent / "facts" / "ljc_lookup.csv"
    assert lookup.is_file(), f"no lookup at {lookup}, beside the folder of real data"
    found, report = groups.read(lookup, kind="ljc", group="ljc_name", division="division_code")
    assert [(issue.line, issue.kind) for issue in report.issues] == [
        (73, "cells"),
        (134, "cells"),
        (172, "cells"),
        (194, "cells"),
    ]
    assert (report.read, len(found)) == (228, 224)
    assert {one.confidence for one in found} >= {"direct", "inferred", "unknown"}
