"""Named points that become resources or organisations, and residents spread over points."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geomatch.errors import InputError
from geomatch.importers import places, population
from geomatch.model import Feature, Organisation, Resource, ResourceKind, Truth

HALL = {"osm_ref": "5", "osm_type_layer": "points", "amenity": "community_centre", "name": "Village Hall"}
PUB = {"osm_ref": "6", "osm_type_layer": "points", "amenity": "pub", "name": "The Sun"}


def extract(folder: Path, *features: tuple[shapely.Geometry | None, Mapping[str, Any]]) -> Path:
    names = dict.fromkeys(name for _, properties in features for name in properties)
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
        "features": [
            {
                "type": "Feature",
                "properties": dict.fromkeys(names) | dict(properties),
                "geometry": shape and json.loads(shapely.to_geojson(shape)),
            }
            for shape, properties in features
        ],
    }
    path = folder / "pois.geojson"
    path.write_text(json.dumps(document))
    return path


def at(east: float, north: float) -> shapely.Point:
    return shapely.Point(east, north)


def table(folder: Path, text: str, name: str = "list.csv") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_a_village_hall_becomes_a_venue(tmp_path: Path) -> None:
    path = extract(tmp_path, (at(486000, 308000), HALL | {"addr_postcode": "le15 9hu", "wheelchair": "yes"}))
    found, report = places.read(path)
    assert found == [
        Resource(
            id="osm-points-5",
            kind=ResourceKind.VENUE,
            name="Village Hall",
            subkind="community_centre",
            point=(486000.0, 308000.0),
            postcode="LE15 9HU",
            features=(Feature("step_free", Truth.YES),),
        )
    ]
    assert (report.kind, report.read, report.loaded) == ("places", 1, 1)


def test_where_chooses_and_what_it_passes_over_is_not_read(tmp_path: Path) -> None:
    path = extract(tmp_path, (at(486000, 308000), HALL), (at(487000, 308000), PUB))
    found, report = places.read(path, where={"amenity": ["community_centre", "library"]})
    assert ([place.name for place in found], report.read, report.issues) == (["Village Hall"], 1, ())


def test_every_attribute_of_where_must_fit(tmp_path: Path) -> None:
    path = extract(tmp_path, (at(486000, 308000), HALL), (at(487000, 308000), PUB))
    found, _ = places.read(path, where={"amenity": ["pub"], "name": ["Village Hall"]})
    assert found == []


@pytest.mark.parametrize(
    ("tag", "truth"),
    [("yes", "yes"), ("no", "no"), ("limited", "unknown"), (None, "unknown"), ("odd", "unknown")],
)
def test_a_wheelchair_tag_says_yes_no_or_nothing(tmp_path: Path, tag: str | None, truth: str) -> None:
    path = extract(tmp_path, (at(486000, 308000), HALL | {"wheelchair": tag}), (at(487000, 308000), PUB))
    hall = next(place for place in places.read(path)[0] if place.name == "Village Hall")
    assert isinstance(hall, Resource)
    assert hall.features == (Feature("step_free", Truth(truth)),)


def test_a_building_stands_for_a_point_inside_it(tmp_path: Path) -> None:
    corners = [(0, 0), (100, 0), (100, 10), (10, 10), (10, 100), (0, 100)]
    building = shapely.Polygon([(486000 + east, 308000 + north) for east, north in corners])
    ((place,), _) = places.read(extract(tmp_path, (building, HALL)))
    assert place.point is not None
    assert building.contains(shapely.Point(place.point))


def test_a_place_without_a_name_is_kept_under_what_it_is_and_listed(tmp_path: Path) -> None:
    path = extract(tmp_path, (at(486000, 308000), HALL | {"name": None, "addr_street": "Main Street"}))
    ((place,), report) = places.read(path)
    assert place.name == "Unnamed community centre, Main Street"
    assert [(i.line, i.column, i.kind) for i in report.issues] == [(1, "name", "missing")]
    assert (report.loaded, report.rejected) == (1, 0)


def test_a_place_that_nothing_names_is_rejected(tmp_path: Path) -> None:
    path = extract(tmp_path, (at(486000, 308000), {"osm_ref": "7", "name": None}), (at(1, 1), HALL))
    found, report = places.read(path)
    assert [place.id for place in found] == ["osm-points-5"]
    assert [(i.line, i.kind) for i in report.issues] == [(1, "missing")]


def test_bad_features_are_numbered(tmp_path: Path) -> None:
    path = extract(
        tmp_path,
        (at(486000, 308000), HALL),
        (at(486500, 308000), HALL),
        (None, PUB),
        (at(-9_000_000, 308000), PUB | {"osm_ref": "8"}),
    )
    found, report = places.read(path)
    assert [place.id for place in found] == ["osm-points-5"]
    assert [(i.line, i.kind) for i in report.issues] == [(2, "duplicate"), (3, "no-position"), (4, "outside")]
    assert (report.read, report.rejected) == (4, 3)


def test_places_may_become_organisations(tmp_path: Path) -> None:
    path = extract(tmp_path, (at(486000, 308000), PUB | {"website": "https://sun.example"}))
    assert places.read(path, kind="organisation")[0] == [
        Organisation(
            "osm-points-6", "The Sun", sector="private", point=(486000.0, 308000.0), url="https://sun.example"
        )
    ]


def test_registers_are_known_by_their_columns(tmp_path: Path) -> None:
    schools = table(tmp_path, "urn,establishment_name,easting,northing\n103766.0,Oak School,394593,288325\n")
    surgeries = table(
        tmp_path,
        "org_code,name,close_date,lon,lat,postcode\nA1,Elm Surgery,,-2.749116,52.713153,SY1 1AA\n"
        "A2,Gone Surgery,20171231,-2.749116,52.713153,SY1 1AA\n",
        "gps.csv",
    )
    libraries = table(
        tmp_path,
        "name,statutory_10,postcode,easting,northing\nTown Library,Yes,SY1 1AA,349490,313096\n"
        ",Yes,,349490,313096\n",
        "libraries.csv",
    )
    ((school,), _) = places.read(schools)
    ((surgery,), closed) = places.read(surgeries)
    (named, unnamed), _ = places.read(libraries)
    assert (school.id, getattr(school, "subkind", "")) == ("urn-103766", "school")
    assert (surgery.id, getattr(surgery, "subkind", "")) == ("ods-a1", "doctors")
    assert surgery.point == pytest.approx((349490, 313096), abs=3)
    assert [(i.line, i.kind) for i in closed.issues] == [(3, "closed")]
    assert (named.id, unnamed.id) == ("library-town-library-sy1-1aa", "library-unnamed-library")


def test_the_caller_may_say_what_the_places_are(tmp_path: Path) -> None:
    path = table(tmp_path, "id,name,easting,northing\nx1,Depot,349490,313096\n")
    ((place,), _) = places.read(path, kind="equipment", subkind="grit_bin")
    assert isinstance(place, Resource)
    assert (place.kind, place.subkind, place.id) == (ResourceKind.EQUIPMENT, "grit_bin", "x1")


def test_what_places_need_is_asked_for(tmp_path: Path) -> None:
    path = table(tmp_path, "id,name,easting,northing\n")
    with pytest.raises(InputError, match="where names amenity; there are id, name, easting, northing"):
        places.read(path, where={"amenity": ["pub"]})
    with pytest.raises(InputError, match="places of kind 'pub'; expected one of venue"):
        places.read(path, kind="pub")
    with pytest.raises(InputError, match="no column with the name"):
        places.read(table(tmp_path, "id,easting,northing\n"))
    with pytest.raises(InputError, match="no easting and northing, nor lon and lat"):
        places.read(table(tmp_path, "id,name\n"))


# Residents


POINTS = """oa21cd,easting,northing,lsoa21cd
E00000003,400300,300000,E01000001
E00000001,400100,300000,E01000001
E00000002,400200,300000,E01000001
E00000004,400400,300000,E01000002
"""
RESIDENTS = """lsoa21_code,age_group,usual_residents
E01000001,young,6
E01000001,old,5
E01000002,young,7
"""


def test_residents_are_spread_equally_and_none_is_lost(tmp_path: Path) -> None:
    found, report = population.read(
        table(tmp_path, POINTS, "points.csv"), table(tmp_path, RESIDENTS, "people.csv"), join="lsoa21cd"
    )
    assert found.code == ["E00000001", "E00000002", "E00000003", "E00000004"]
    assert found.residents.tolist() == [4, 4, 3, 7]
    assert (found.easting[0], found.northing[0]) == (400100.0, 300000.0)
    assert (report.kind, report.source, report.loaded) == ("population", "points.csv + people.csv", 4)


def test_codes_without_a_counterpart_are_issues_on_both_sides(tmp_path: Path) -> None:
    people = table(tmp_path, RESIDENTS.replace("E01000002", "E01000009"), "people.csv")
    found, report = population.read(table(tmp_path, POINTS, "points.csv"), people, join="lsoa21cd")
    assert found.residents.tolist() == [4, 4, 3]
    assert [(issue.kind, issue.message) for issue in report.issues] == [
        ("unmatched", "7 residents of E01000009 have no point"),
        ("unmatched", "1 points of E01000002: not in people.csv"),
    ]
    assert (report.read, report.loaded, report.rejected) == (4, 3, 1)


def test_bad_rows_of_both_files_have_their_lines(tmp_path: Path) -> None:
    points = table(
        tmp_path, POINTS + "E00000001,400100,300000,E01000001\nE00000005,,,E01000001\n", "points.csv"
    )
    people = table(tmp_path, RESIDENTS + "E01000002,old,few\nE01000002,old,-3\n", "people.csv")
    found, report = population.read(points, people, join="lsoa21cd")
    assert found.residents.tolist() == [4, 4, 3, 7]
    assert [(issue.source, issue.line, issue.kind) for issue in report.issues] == [
        ("points.csv", 6, "duplicate"),
        ("points.csv", 7, "no-position"),
        ("people.csv", 5, "invalid"),
        ("people.csv", 6, "invalid"),
    ]
    assert (report.read, report.loaded, report.rejected) == (6, 4, 2)


def test_points_may_have_their_residents_themselves(tmp_path: Path) -> None:
    path = table(tmp_path, "code,lon,lat,residents\nb,-2.749116,52.713153,12\na,-2.749116,52.713153,3\n")
    found, _ = population.read(path)
    assert (found.code, found.residents.tolist()) == (["a", "b"], [3, 12])


def test_population_says_which_column_misses(tmp_path: Path) -> None:
    points, people = table(tmp_path, POINTS, "points.csv"), table(tmp_path, RESIDENTS, "people.csv")
    with pytest.raises(InputError, match=r"points\.csv: no column for msoa21cd; there are oa21cd"):
        population.read(points, people, join="msoa21cd")
    with pytest.raises(InputError, match=r"points\.csv: no column for residents"):
        population.read(points)
    with pytest.raises(InputError, match="residents and join belong together"):
        population.read(points, people)


@given(st.integers(0, 5000), st.integers(1, 40))
def test_shares_sum_to_the_total_and_differ_by_one_at_most(total: int, count: int) -> None:
    shares = population.shares(total, count)
    assert (sum(shares), len(shares)) == (total, count)
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    header, *lines = POINTS.splitlines(keepends=True)
    people = table(tmp_path, RESIDENTS, "people.csv")
    given_order, _ = population.read(table(tmp_path, POINTS, "a.csv"), people, join="lsoa21cd")
    turned = table(tmp_path, header + "".join(reversed(lines)), "b.csv")
    other_order, _ = population.read(turned, people, join="lsoa21cd")
    shared: dict[str, set[int]] = defaultdict(set)
    for found in (given_order, other_order):
        for code, residents in zip(found.code, found.residents.tolist(), strict=True):
            shared[code].add(residents)
    assert all(len(values) == 1 for values in shared.values())
