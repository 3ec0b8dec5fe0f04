"""``geomatch locate`` as a person types it."""

from pathlib import Path
from typing import Any

TOML = """
[county]
name = "Vale"
slug = "vale"
[[boundaries]]
kind = "parish"
file = "parishes.geojson"
code = "code"
name = "name"
vintage = 2021-05-07
[[gazetteer]]
format = "code-point-open"
file = "sy.csv"
[[gazetteer]]
format = "os-open-uprn"
file = "uprn.csv"
"""
PARISH = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"E04011198","name":"Ley"},'
    '"geometry":{"type":"Polygon","coordinates":[[[-2.8,52.4],[-2.7,52.4],[-2.7,52.5],[-2.8,52.5],[-2.8,52.4]]]}}]}'
)


def _county(folder: Path) -> Path:
    (folder / "parishes.geojson").write_text(PARISH)
    (folder / "sy.csv").write_text(
        '"SY7 8BQ",10,349000,283000,"E92000001","","","","E06000051","E05000001"\n'
    )
    (folder / "uprn.csv").write_text("UPRN,X_COORDINATE,Y_COORDINATE\n42,349100,283100\n43,500000,283100\n")
    made = folder / "vale.toml"
    made.write_text(TOML)
    return made


def test_a_loaded_county_finds_its_postcodes_properties_and_parishes(run: Any, tmp_path: Path) -> None:
    loaded = run("county", "load", _county(tmp_path), "--json")
    assert loaded.code == 0, loaded.err
    assert [(each["kind"], each["loaded"]) for each in loaded.document["imports"][1:]] == [
        ("postcodes", 1),
        ("uprns", 1),
    ]
    for text, kind in [("sy78bq", "postcode"), ("42", "uprn"), ("ley", "parish"), ("-2.75,52.45", "lonlat")]:
        said = run("locate", text, "--json")
        assert said.code == 0, said.err
        first = said.document["matches"][0]
        assert (first["kind"], first["in_county"]) == (kind, True)
        assert -2.8 < first["lon"] < -2.7
        assert 52.4 < first["lat"] < 52.5
    plain = run("locate", "SY7 8BQ")
    assert plain.out.startswith("SY7 8BQ: a postcode, to within 100 m\n")
    wrong = run("locate", "so 42812")
    assert wrong.code == 2
    assert "5 figures" in wrong.err
    assert "Traceback" not in wrong.err
