"""Boundaries in three formats, from any CRS, with the publishers' field names; and what is refused."""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geomatch import crs
from geomatch.errors import InputError
from geomatch.importers import boundaries

A, B, C = "E04000001", "E04000002", "E04000003"


def square(east: float, north: float, size: float = 1000) -> shapely.Polygon:
    return shapely.box(east, north, east + size, north + size)


WEST, EAST, FAR = square(400000, 300000), square(401000, 300000), square(600000, 300000)
BOWTIE = shapely.Polygon([(402000, 300000), (403000, 301000), (403000, 300000), (402000, 301000)])


def frame(shapes: list[Any], **fields: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(fields, geometry=shapes, crs="EPSG:27700")


TWO = {"PARNCP25CD": [B, A], "PARNCP25NM": ["East", "West"]}


def two() -> gpd.GeoDataFrame:
    return frame([EAST, WEST], **TWO)


def write(path: Path, table: gpd.GeoDataFrame) -> Path:
    driver = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".shp": "ESRI Shapefile"}[path.suffix]
    table.to_file(path, driver=driver)
    return path


def geojson(
    folder: Path, shapes: list[Any], properties: list[Mapping[str, Any]], system: str | None = None
) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": dict(one),
            "geometry": json.loads(shapely.to_geojson(shape)) if shape else None,
        }
        for shape, one in zip(shapes, properties, strict=True)
    ]
    document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if system:
        document["crs"] = {"type": "name", "properties": {"name": system}}
    path = folder / "areas.geojson"
    path.write_text(json.dumps(document))
    return path


def metres(folder: Path, shapes: list[Any], codes: list[str | None], names: list[str | None]) -> Path:
    properties = [{"ref_gss": code, "name": name} for code, name in zip(codes, names, strict=True)]
    return geojson(folder, shapes, properties, "urn:ogc:def:crs:EPSG::27700")


def as_zip(folder: Path) -> Path:
    (folder / "parts").mkdir()
    shape = write(folder / "parts" / "p.shp", two())
    with zipfile.ZipFile(folder / "p.zip", "w") as archive:
        for part in shape.parent.iterdir():
            archive.write(part, f"Data/{part.name}")
    return folder / "p.zip"


FORMATS: dict[str, Callable[[Path], Path]] = {
    "GeoPackage": lambda folder: write(folder / "p.gpkg", two()),
    "Shapefile": lambda folder: write(folder / "p.shp", two()),
    "zipped Shapefile": as_zip,
    "GeoJSON in degrees": lambda folder: write(folder / "p.geojson", two().to_crs(4326)),
    "GeoJSON with a crs": lambda folder: metres(folder, [EAST, WEST], [B, A], ["East", "West"]),
    "GeoPackage in web metres": lambda folder: write(folder / "p.gpkg", two().to_crs(3857)),
}


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_areas_come_out_of_every_format_and_crs(tmp_path: Path, name: str) -> None:
    areas, report = boundaries.read(FORMATS[name](tmp_path), kind="parish")
    assert [(area.code, area.name) for area in areas] == [(A, "West"), (B, "East")]
    assert shapely.hausdorff_distance(areas[0].geometry, WEST) < 0.1
    assert (report.kind, report.read, report.loaded, report.rejected) == ("boundaries", 2, 2, 0)


@pytest.mark.parametrize(
    ("kind", "code", "name"),
    [
        ("parish", "parncp23cd", "parncp23nm"),
        ("parish", "PAR19CD", "PAR19NM"),
        ("division", "WD25CD", "WD25NM"),
        ("lad", "lad19cd", "lad19nm"),
        ("lsoa", "LSOA21CD", "LSOA21NM"),
        ("parish", "ref_gss", "name"),
        ("parish", "Census_Code", "Name"),
    ],
)
def test_fields_are_found_as_the_publishers_name_them(
    tmp_path: Path, kind: str, code: str, name: str
) -> None:
    other = {"FID": [7], "LAD25CD" if kind != "lad" else "WD25CD": ["E06000051"], f"{code}W": ["x"]}
    path = write(tmp_path / "a.gpkg", frame([WEST], **other, **{code: [A], name: ["West"]}))
    ((area,), report) = boundaries.read(path, kind=kind)
    assert (area.code, area.name) == (A, "West")
    year = code[-4:-2]
    assert report.vintage == (f"20{year}" if year.isdigit() else None)
    assert [issue.kind for issue in report.issues] == (["guessed"] if year.isdigit() else [])


def test_a_vintage_that_is_given_is_not_guessed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", two())
    _, report = boundaries.read(path, kind="parish", vintage="2025-05-01", source="ONS", licence="OGL")
    assert (report.vintage, report.publisher, report.licence) == ("2025-05-01", "ONS", "OGL")
    assert report.issues == ()


def test_boundary_lines_suffix_goes_and_its_layer_is_known(tmp_path: Path) -> None:
    path = tmp_path / "bdline.gpkg"
    for layer, code, name in (("parish", A, "Clun CP"), ("unitary_electoral_division", B, "Clun ED")):
        frame([WEST], Census_Code=[code], Name=[name]).to_file(path, layer=layer, driver="GPKG")
    assert boundaries.read(path, kind="parish")[0][0].name == "Clun"
    assert boundaries.read(path, kind="division")[0][0].code == B
    with pytest.raises(InputError, match=r"several layers \(parish, unitary_electoral_division\)"):
        boundaries.read(path, kind="lsoa")


def test_given_fields_are_taken_and_missing_ones_list_what_is_there(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", frame([WEST], mycode=[A], myname=["West"]))
    assert boundaries.read(path, kind="parish", code="MYCODE", name="myname")[0][0].code == A
    with pytest.raises(InputError, match=r"no field with the code of a parish .*there are mycode, myname"):
        boundaries.read(path, kind="parish")
    with pytest.raises(InputError, match="no field 'parcd'; there are mycode, myname"):
        boundaries.read(path, kind="parish", code="parcd")
    with pytest.raises(InputError, match=r"no field with the name .*there are mycode, myname"):
        boundaries.read(path, kind="parish", code="mycode")


def test_two_fields_that_may_be_the_code_are_not_chosen_between(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", frame([WEST], WD22CD=[A], WD25CD=[B], WD25NM=["West"]))
    with pytest.raises(InputError, match="WD22CD, WD25CD may all be the code"):
        boundaries.read(path, kind="division")


def test_every_bad_feature_has_its_number(tmp_path: Path) -> None:
    shapes = [WEST, EAST, None, shapely.Point(400000, 300000), WEST, WEST, WEST, BOWTIE]
    codes = [A, A, B, B, None, "Clun", B, C]
    names: list[str | None] = ["West", "Again", "b", "b", "none", "bad", None, "Bow"]
    areas, report = boundaries.read(metres(tmp_path, shapes, codes, names), kind="parish")
    assert [area.code for area in areas] == [A, C]
    assert [(issue.line, issue.kind) for issue in report.issues] == [
        (2, "duplicate"),
        (3, "geometry"),
        (4, "geometry"),
        (5, "missing"),
        (6, "invalid"),
        (7, "missing"),
        (8, "repaired"),
    ]
    assert (report.read, report.loaded, report.rejected) == (8, 2, 6)


def test_a_polygon_that_crosses_itself_is_mended_and_keeps_only_what_encloses_ground(tmp_path: Path) -> None:
    ((area,), report) = boundaries.read(metres(tmp_path, [BOWTIE], [A], ["Bow"]), kind="parish")
    assert shapely.is_valid(area.geometry)
    assert area.geometry.geom_type == "MultiPolygon"
    assert shapely.area(area.geometry) == pytest.approx(500_000)
    assert "Self-intersection" in report.issues[0].message


def test_a_spike_is_mended_to_a_plain_polygon(tmp_path: Path) -> None:
    ring = [
        (400000, 300000),
        (401000, 300000),
        (401000, 301000),
        (401000, 303000),
        (401000, 301000),
        (400000, 301000),
    ]
    ((area,), _) = boundaries.read(metres(tmp_path, [shapely.Polygon(ring)], [A], ["Spike"]), kind="parish")
    assert area.geometry.geom_type == "Polygon"
    assert shapely.area(area.geometry) == pytest.approx(1_000_000)


def test_a_polygon_that_encloses_nothing_is_rejected(tmp_path: Path) -> None:
    line = shapely.Polygon([(400000, 300000), (401000, 300000), (400500, 300000)])
    areas, report = boundaries.read(metres(tmp_path, [WEST, line], [A, B], ["a", "b"]), kind="parish")
    assert [area.code for area in areas] == [A]
    assert [(issue.line, issue.kind) for issue in report.issues] == [(2, "geometry")]


def test_one_feature_out_at_sea_is_an_issue(tmp_path: Path) -> None:
    path = metres(tmp_path, [WEST, EAST, square(-5_000_000, 0)], [A, B, C], ["a", "b", "c"])
    areas, report = boundaries.read(path, kind="parish")
    assert [area.code for area in areas] == [A, B]
    assert [(issue.line, issue.kind) for issue in report.issues] == [(3, "outside")]


# Where the county is


def test_areas_beyond_the_border_are_marked_and_far_ones_counted(tmp_path: Path) -> None:
    half_in = square(401500, 301000)
    mostly_out = square(401501, 302000)
    path = metres(
        tmp_path, [WEST, half_in, mostly_out, FAR], [A, B, C, "E04000004"], ["West", "Half", "Out", "Far"]
    )
    areas, report = boundaries.read(path, kind="parish", within=shapely.box(400000, 300000, 402000, 304000))
    assert {area.name: area.outside for area in areas} == {"West": False, "Half": False, "Out": True}
    assert [(issue.kind, issue.value) for issue in report.issues] == [("outside", "1")]
    assert (report.read, report.loaded, report.rejected) == (4, 3, 1)


def test_the_wrong_county_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of its 2 areas lies in the county's outline") as refused:
        boundaries.read(write(tmp_path / "a.gpkg", two()), kind="parish", within=square(410000, 300000))
    assert "\n" not in str(refused.value)


def test_neighbours_are_all_outside(tmp_path: Path) -> None:
    areas, _ = boundaries.read(write(tmp_path / "a.gpkg", two()), kind="parish", outside=True)
    assert all(area.outside for area in areas)


# What is refused


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        boundaries.read(path, kind="parish")
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_metres_without_a_crs_member_are_not_degrees(tmp_path: Path) -> None:
    path = geojson(tmp_path, [WEST], [{"ref_gss": A, "name": "West"}])
    assert "(400000, 300000) in EPSG:4326 is not in Great Britain" in refusal(path)


def test_latitude_before_longitude_is_noticed(tmp_path: Path) -> None:
    swapped = shapely.transform(crs.geometries_to_lonlat([WEST])[0], lambda xy: xy[:, ::-1])
    path = geojson(tmp_path, [swapped], [{"ref_gss": A, "name": "West"}])
    assert "longitude and latitude are swapped" in refusal(path)


def test_a_wrong_crs_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", two().set_crs(32630, allow_override=True))
    assert "is not in Great Britain" in refusal(path)


def test_a_shapefile_without_its_prj_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.shp", two())
    path.with_suffix(".prj").unlink()
    assert "no coordinate reference system" in refusal(path)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_truncated_file_is_refused_in_one_line(tmp_path: Path, suffix: str, share: float) -> None:
    path = write(tmp_path / f"a{suffix}", two() if suffix != ".geojson" else two().to_crs(4326))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert "cut short" in refusal(path)


def test_a_truncated_zip_is_refused_in_one_line(tmp_path: Path) -> None:
    path = as_zip(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    assert "cut short" in refusal(path)


def test_a_zip_with_two_files_of_shapes_is_not_guessed_at(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.geojson", "{}")
        archive.writestr("b.geojson", "{}")
    assert "expected one file of shapes in the zip; it holds a.geojson, b.geojson" in refusal(
        tmp_path / "two.zip"
    )


def test_one_page_of_a_longer_answer_is_not_the_whole(tmp_path: Path) -> None:
    path = geojson(tmp_path, crs.geometries_to_lonlat([WEST]).tolist(), [{"ref_gss": A, "name": "West"}])
    path.write_text(path.read_text()[:-1] + ', "exceededTransferLimit": true}')
    assert "fetch all pages" in refusal(path)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.geojson", "hello", "not what its name says"),
        ("a.gpkg", "hello", "not what its name says"),
        ("a.geojson", "<OGRVRTDataSource/>", "not what its name says"),
        ("a.kml", "<kml/>", "not what its name says"),
        ("a.geojson", '{"error": {"code": 400}}', "cannot be read"),
        ("a.geojson", '{"type": "FeatureCollection", "features": []}', "holds no features"),
    ],
)
def test_other_content_is_refused(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text)
    assert words in refusal(tmp_path / name)


def test_no_file_and_no_such_kind_are_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "none.gpkg")
    with pytest.raises(InputError, match="area kind 'village'; expected one of parish, division"):
        boundaries.read(tmp_path / "none.gpkg", kind="village")
