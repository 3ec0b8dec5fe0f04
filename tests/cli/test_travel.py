"""``geomatch matrix``, ``isochrone`` and ``bench travel`` as a person types them, on Rutland's roads."""

import csv

import numpy as np
import pyogrio
import pytest
import shapely


@pytest.fixture
def roads(test_data, tmp_path, monkeypatch):
    monkeypatch.setenv("GEOMATCH_HOME", str(tmp_path / "home"))
    return test_data / "rutland" / "rutland_2021-05-07.osm.pbf"


@pytest.fixture
def places(tmp_path):
    file = tmp_path / "places.csv"
    file.write_text(
        "id,lon,lat\noakham,-0.727,52.670\nuppingham,-0.722,52.589\nketton,-0.55,52.627\nwales,-3.9,52.4\n"
        "nowhere,east,52.6\n"
    )
    return file


def test_a_matrix_is_written_within_the_limit_and_says_who_is_left_out(run_bare, roads, places, tmp_path):
    output = tmp_path / "out.csv"
    words = ("--roads", roads, "--origins", places, "--destinations", places, "-o", output)
    said = run_bare("matrix", *words, "--max-minutes", "15", "--json")
    assert (said.code, said.document["pairs"]) == (0, 5)
    rows = list(csv.DictReader(output.read_text().splitlines()))
    minutes = {(row["origin"], row["destination"]): float(row["minutes"]) for row in rows}
    assert set(minutes) == {(a, b) for a in ("oakham", "uppingham") for b in ("oakham", "uppingham")} | {
        ("ketton", "ketton")
    }
    assert 8 < minutes["oakham", "uppingham"] < 15
    reasons = {point["id"]: point["reason"] for point in said.document["origins"]}
    assert reasons == {
        "oakham": None,
        "uppingham": None,
        "ketton": None,
        "wales": "too-far-from-road",
        "nowhere": "not-a-point",
    }
    assert said.document["issues"][0]["message"].startswith("'east' is not a number")
    again = run_bare("matrix", *words, "--max-minutes", "15")
    assert "5 pairs" in again.out
    assert "ordering the roads" not in again.err


def test_the_grid_does_as_well_as_degrees(run_bare, roads, places, tmp_path):
    grid = tmp_path / "grid.csv"
    grid.write_text("id,easting,northing\noakham,486100,308900\n")
    output = tmp_path / "out.csv"
    words = ("--origins", places, "--destinations", grid, "-o", output, "--mode", "cycle")
    said = run_bare("matrix", "--roads", roads, *words, "--json")
    assert (said.document["pairs"], said.document["mode"]) == (3, "cycle")


def test_an_isochrone_is_a_feature_around_its_place(run_bare, roads):
    words = ("--roads", roads, "--at", "-0.727,52.670", "--json")
    near, far = (run_bare("isochrone", *words, "--minutes", minutes).document for minutes in (5, 10))
    assert (near["type"], near["properties"]["towards"]) == ("Feature", False)
    small, large = (shapely.geometry.shape(feature["geometry"]) for feature in (near, far))
    assert small.is_valid
    assert small.covers(shapely.Point(-0.727, 52.670))
    assert large.area > 2 * small.area
    towards = run_bare("isochrone", *words, "--minutes", 10, "--towards").document
    assert towards["geometry"] != far["geometry"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--at", "here", "--minutes", "5"), "'here'; expected LON,LAT"),
        (("--at", "-3.9,52.4", "--minutes", "5"), "refused, too-far-from-road"),
        (("--at", "-0.727,52.670", "--minutes", "-5"), "minutes -5"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(run_bare, roads, words, complaint):
    said = run_bare("isochrone", "--roads", roads, *words)
    assert said.code == 2
    assert complaint in said.err.splitlines()[-1]


def test_a_road_file_that_is_none_is_refused_in_one_line(run_bare, places, tmp_path):
    torn = tmp_path / "torn.osm.pbf"
    torn.write_bytes(b"\0\0\0\x0d\x0a\x09OSMHeader")
    for file, complaint in (
        (tmp_path / "gone.gpkg", "no such file"),
        (torn, "not a whole OpenStreetMap file"),
    ):
        words = ("--origins", places, "--destinations", places, "-o", tmp_path / "out.csv")
        said = run_bare("matrix", "--roads", file, *words)
        assert said.code == 2
        assert complaint in said.err.splitlines()[-1]


def test_a_geopackage_without_the_columns_of_open_roads_is_refused_in_one_line(run_bare, places, tmp_path):
    file = tmp_path / "odd.gpkg"
    lanes = shapely.to_wkb([shapely.LineString([(486_000, 308_000), (487_000, 308_000)])])
    columns = [np.array(["{1}"], dtype=object), np.array([1000.0]), np.array(["lane"], dtype=object)]
    output = tmp_path / "out.csv"
    for layer, complaint in (
        ("road_link", "road_link without road_function, form_of_way"),
        ("lanes", "layers lanes; expected road_link of Open Roads"),
    ):
        pyogrio.raw.write(
            file,
            lanes,
            columns,
            ["id", "length", "kind"],
            layer=layer,
            crs="EPSG:27700",
            geometry_type="LineString",
            driver="GPKG",
            append=False,
        )
        words = ("--origins", places, "--destinations", places, "-o", output)
        said = run_bare("matrix", "--roads", file, *words)
        assert (said.code, output.exists()) == (2, False)
        assert [complaint in line for line in said.err.splitlines() if "odd.gpkg" in line] == [True]
        assert "Traceback" not in said.err
        file.unlink()


def test_points_without_columns_or_rows_are_refused(run_bare, roads, places, tmp_path):
    for text, complaint in (("id,x,y\na,1,2\n", "expected lon and lat"), ("id,lon,lat\n", "no points in it")):
        file = tmp_path / "odd.csv"
        file.write_text(text)
        words = ("--origins", file, "--destinations", places, "-o", tmp_path / "out.csv")
        said = run_bare("matrix", "--roads", roads, *words)
        assert said.code == 2
        assert complaint in said.err.splitlines()[-1]


@pytest.fixture
def alone(monkeypatch):
    """The bench with nobody there to compare with but scipy."""
    from geomatch.errors import UnavailableError
    from geomatch.services import pgrouting, travelbench

    def no_server(*_, **__):
        raise UnavailableError("no server here")

    monkeypatch.setattr(travelbench, "find_spec", lambda _: None)
    monkeypatch.setattr(pgrouting.cluster, "open", no_server)
    return travelbench


def test_the_bench_compares_answers_and_says_what_is_absent(run_bare, roads, alone, monkeypatch):
    monkeypatch.setattr(alone, "PLACES", 120)
    said = run_bare("bench", "travel", "--roads", roads, "--json")
    rows = {row["name"]: row for row in said.document["rows"]}
    assert (said.code, said.document["held"]) == (0, True)
    for name in ("matrix-full", "matrix-30-minutes"):
        assert rows[name]["answers_equal"] is True
        assert 0 < rows[name]["low"] <= rows[name]["ratio"] <= rows[name]["high"]
        assert rows[name]["floor"] is None
    assert rows["matrix-full-pyroutingkit"]["note"] == "pyroutingkit is not installed"
    assert rows["matrix-full-pyroutingkit"]["ratio"] is None
    assert "no server here" in rows["labels-30-minutes-pgrouting"]["note"]
    assert rows["labels-30-minutes-pgrouting"]["ratio"] is None


def test_a_floor_that_does_not_hold_or_answers_that_differ_are_exit_code_1(
    run_bare, roads, alone, monkeypatch
):
    from geomatch.services import benches

    monkeypatch.setattr(alone, "PLACES", 40)
    monkeypatch.setattr(alone, "FLOORS", {"matrix-full": 1e9})
    monkeypatch.setattr(benches, "_sample_roads", lambda *_: roads)
    said = run_bare("bench", "travel")
    assert said.code == 1
    assert "1000000000" in said.out
    monkeypatch.setattr(alone, "_as_scipy", lambda *_: False)
    differing = run_bare("bench", "travel", "--roads", roads)
    assert (differing.code, "DIFFER" in differing.out) == (1, True)
