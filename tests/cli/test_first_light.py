"""Commands, their documents and their exit codes."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

PARISH: dict[str, Any] = {
    "type": "Feature",
    "properties": {"PAR23CD": "E04000001", "PAR23NM": "Westby"},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[-2.8, 52.6], [-2.7, 52.6], [-2.7, 52.7], [-2.8, 52.7], [-2.8, 52.6]]],
    },
}
VENUES = """id,organisation,kind,subkind,name,easting,northing,features,openings
hall,,venue,hall,Westby Hall,350000,310000,seats_theatre=80; step_free,Mon-Sun 09:00-22:00
barn,,venue,hall,Eastby Barn,352000,310000,seats_theatre=200; step_free=unknown,
"""
NEEDS = """id,title,easting,northing,windows,role,kind,subkind,features,max_minutes,asked
play,Play,350500,310500,2030-01-05 19:00-21:00,hall,venue,hall,seats_theatre=60; step_free,30,2029-01-01
fair,Fair,350600,310600,2030-01-05 20:00-22:00,hall,venue,hall,seats_theatre=60; step_free,30,2029-01-02
dance,Dance,352000,310500,2030-01-06 19:00-21:00,hall,venue,hall,seats_theatre=150,30,2029-01-03
choir,Choir,352000,310500,2030-01-06 19:00-21:00,hall,venue,hall,seats_theatre=500,30,2029-01-04
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A small county: one parish, two halls, four needs."""
    collection = {"type": "FeatureCollection", "features": [PARISH]}
    (tmp_path / "parishes.geojson").write_text(json.dumps(collection))
    (tmp_path / "resources.csv").write_text(VENUES)
    (tmp_path / "needs.csv").write_text(NEEDS)
    (tmp_path / "county.toml").write_text(
        '[county]\nname = "Westshire"\nslug = "westshire"\n'
        '[[boundaries]]\nkind = "parish"\nfile = "parishes.geojson"\n'
        '[[resources]]\nfile = "resources.csv"\n[[needs]]\nfile = "needs.csv"\n'
    )
    return tmp_path


def test_a_county_is_loaded_matched_and_explained(run: Any, files: Path) -> None:
    loaded = run("county", "load", files / "county.toml", "--json")
    assert loaded.code == 0, loaded.err
    assert loaded.document["county"] == "westshire"
    assert loaded.document["counts"]["needs"] == 4
    assert {"kind", "read", "loaded", "rejected", "issues", "vintage", "sha256", "seconds"} <= set(
        loaded.document["imports"][0]
    )

    matched = run("match", "--json")
    assert matched.code == 0, matched.err
    document = matched.document
    assert document["format"] == "geomatch-solution/1"
    served = {row["need"]: row["resource"] for row in document["assignments"]}
    # one hall, two plays at overlapping times: the barn's step-free entrance is unknown and never passes
    assert len({"play", "fair"} & set(served)) == 1
    assert served["dance"] == "barn"
    reasons = {row["need"]: row for row in document["unmatched"]}
    assert reasons["choir"]["reason"] == "no-candidate"
    assert {row["test"]: row["count"] for row in reasons["choir"]["eliminated"]} == {"attributes": 2}
    assert {row["reason"] for need, row in reasons.items() if need != "choir"} == {"competition"}
    assert set(document["baselines"]) == {"first_come_nearest", "shortest_first"}
    assert document["run"] == 1

    explained = run("explain", "choir", "--json")
    assert explained.document["reason"] == reasons["choir"]
    assert "2 lack what is asked" in run("explain", "choir").out
    assert run("explain", "nothing").code == 2


def test_compare_shows_every_policy_and_what_people_do_by_hand(run: Any, files: Path) -> None:
    run("county", "load", files / "county.toml")
    policies = run("match", "--compare", "--json").document["policies"]
    by_hand = {"first-come-nearest", "shortest-first"}
    assert set(policies) == {"no-need-lost", "travel-first", "fairness-first"} | by_hand
    for figures in policies.values():
        assert set(figures) == {"served", "mean_minutes", "empty_parishes", "p10_share", "gini"}
        assert figures["served"] <= policies["travel-first"]["served"]


def test_a_bad_row_is_reported_with_its_line_and_column(run: Any, files: Path) -> None:
    run("county", "load", files / "county.toml")
    (files / "more.csv").write_text(VENUES.replace("350000", "somewhere").replace("hall,,", "new,,"))
    done = run("import", "resources", files / "more.csv", "--json")
    assert done.code == 0, done.err
    assert done.document["rejected"] == 1
    issue = done.document["issues"][0]
    assert (issue["source"], issue["line"], issue["column"]) == ("more.csv", 2, "easting")


def test_the_second_import_of_a_file_changes_nothing(run: Any, files: Path) -> None:
    run("county", "load", files / "county.toml")
    assert "unchanged" in run("import", "needs", files / "needs.csv").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import", "boundaries", "missing.geojson", "--county", "x"), "missing.geojson"),
        (("county", "load", "missing.toml"), "missing.toml"),
        (("import", "nonsense", "x.csv"), "nonsense"),
        (("match", "--county", "nowhere"), "nowhere"),
        (("match",), "county"),
        (("solve", "missing.json"), "missing.json"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(run: Any, words: tuple[str, ...], told: str) -> None:
    done = run(*words)
    assert done.code == 2
    assert told in done.err
    assert "Traceback" not in done.err


def test_a_server_that_does_not_answer_is_exit_code_3(run_bare: Any) -> None:
    done = run_bare("match")
    assert done.code == 3
    assert "no database answers" in done.err
    assert "Traceback" not in done.err


def test_solve_and_check_need_no_database(run_bare: Any, tmp_path: Path) -> None:
    problem = {
        "format": "geomatch-problem/1",
        "needs": [{"id": "a"}, {"id": "b"}],
        "resources": [{"id": "r", "capacity": 1}],
        "candidates": [
            {"need": "a", "resource": "r", "minutes": 5},
            {"need": "b", "resource": "r", "minutes": 3},
        ],
    }
    (tmp_path / "problem.json").write_text(json.dumps(problem))
    solved = run_bare("solve", tmp_path / "problem.json", "-o", tmp_path / "solution.json")
    assert solved.code == 0, solved.err
    solution = json.loads((tmp_path / "solution.json").read_text())
    assert [row["need"] for row in solution["assignments"]] == ["b"]
    checked = run_bare("check", tmp_path / "problem.json", tmp_path / "solution.json", "--json")
    assert (checked.code, checked.document) == (0, {"valid": True, "violations": []})
    solution["assignments"].append(solution["assignments"][0] | {"need": "a", "minutes": 5})
    (tmp_path / "solution.json").write_text(json.dumps(solution))
    wrong = run_bare("check", tmp_path / "problem.json", tmp_path / "solution.json", "--json")
    assert wrong.code == 1
    assert wrong.document["violations"]


def test_the_applications_address_cannot_read_homes(run: Any) -> None:
    assert run("db", "migrate", "--json").document["revision"]
    app, owner = (run("db", "url", *flag).out.strip() for flag in ((), ("--owner",)))
    with psycopg.connect(owner) as connection:
        assert connection.execute("select count(*) from homes.home").fetchone() == (0,)
    with psycopg.connect(app) as connection:
        assert connection.execute("select count(*) from county").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from homes.home")


def test_the_map_of_a_loaded_county_answers_on_every_kind_of_page(run: Any, files: Path) -> None:
    run("county", "load", files / "county.toml")
    done = run("up", "--check", "--json")
    assert done.code == 0, done.err
    assert done.document["pages"] > 8
    assert done.document["counties"][0]["matching"]["served"] == 2


def test_help_names_every_command(run_bare: Any) -> None:
    told = run_bare("--help").out
    assert all(
        name in told for name in ("county", "import", "match", "explain", "solve", "check", "db", "serve")
    )
