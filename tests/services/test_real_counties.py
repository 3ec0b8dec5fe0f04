"""Real counties from unmodified files to matches."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from geomatch.db import engine, roads
from geomatch.errors import InputError
from geomatch.importers import county, osm
from geomatch.roads import SPEEDS, RoadClass
from geomatch.services import counties, matching
from geomatch.services.counties import Loaded
from geomatch.services.reading import Part

TODAY = date(2026, 11, 23)
World = tuple[sa.Engine, Loaded]


def _one(door: sa.Engine, sql: str, **values: object) -> object:
    with door.connect() as connection:
        return connection.execute(sa.text(sql), values).scalar_one()


def test_rutland_is_there_whole(rutland: World) -> None:
    _, loaded = rutland
    counts = loaded.counts
    assert counts["parish_areas"] == 57
    assert counts["division_areas"] == 15
    assert counts["lsoa_areas"] == 26
    assert counts["postcodes"] == 1207
    assert counts["names"] == 2609
    assert counts["residents"] == 41043
    assert counts["road_nodes"] == 9102
    assert counts["needs"] > 100


def test_rutlands_28_community_centres_and_village_halls_are_venues(rutland: World) -> None:
    door, _ = rutland
    sql = "select count(*) from resource where kind = 'venue' and subkind = 'community_centre'"
    assert _one(door, sql) == 28


def test_every_import_says_where_it_came_from(rutland: World) -> None:
    _, loaded = rutland
    for outcome in loaded.imports:
        assert outcome["read"] == outcome["loaded"] + outcome["rejected"]
        assert len(outcome["sha256"]) == 64
    assert {outcome["publisher"] for outcome in loaded.imports if outcome["kind"] == "roads"} == {
        "OpenStreetMap contributors"
    }


def test_loading_the_same_files_again_changes_nothing(rutland: World, rutland_file: Path) -> None:
    door, loaded = rutland
    before = _fingerprint(door)
    again = counties.load(door, rutland_file, today=TODAY)
    assert all(outcome["unchanged"] for outcome in again.imports)
    assert again.counts == loaded.counts
    assert _fingerprint(door) == before


def _fingerprint(door: sa.Engine) -> list[object]:
    tables = ("area", "resource", "need", "postcode", "place_name", "population", "road_set", "membership")
    return [
        _one(door, f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t")
        for table in tables
    ]


def test_the_roads_come_out_as_they_went_in(rutland: World, test_data: Path) -> None:
    door, _ = rutland
    with door.connect() as connection:
        stored = roads.load(connection, 1)
    read = osm.read(test_data / "rutland/rutland_2021-05-07.osm.pbf")
    for name in read.__slots__:
        first, second = getattr(read, name), getattr(stored, name)
        assert (first == second) if isinstance(first, tuple) else (first == second).all(), name


def test_rutland_is_matched_by_road(rutland: World) -> None:
    door, _ = rutland
    document = matching.match(door, matching.Asked("rutland", TODAY))
    assert document["status"] == "optimal"
    assert document["gap"] == 0
    assert document["receipt"]["minutes"] == "by road"
    assert document["served"] > 100
    assert document["served"] >= document["baselines"]["first_come_nearest"]["served"]
    assert document["served"] >= document["baselines"]["shortest_first"]["served"]
    needs = document["served"] + len(document["unmatched"])
    assert _one(
        door, "select count(*) from unmatched where matching_run_id = :run", run=document["run"]
    ) == len(document["unmatched"])
    assert (
        _one(door, "select served from matching_run where id = :run", run=document["run"])
        == document["served"]
    )
    assert needs == _one(door, "select count(*) from need")
    resources = _one(door, "select count(*) from resource")
    for left_over in document["unmatched"]:
        if left_over["reason"] == "no-candidate":
            assert sum(row["count"] for row in left_over["eliminated"]) == resources


def test_the_same_matching_twice_has_the_same_hash_and_answer(rutland: World) -> None:
    door, _ = rutland
    first, second = (matching.match(door, matching.Asked("rutland", TODAY)) for _ in range(2))
    assert first["receipt"]["problem_sha256"] == second["receipt"]["problem_sha256"]
    assert first["assignments"] == second["assignments"]


def test_a_need_explains_itself(rutland: World) -> None:
    door, _ = rutland
    document = matching.match(door, matching.Asked("rutland", TODAY))
    served = document["assignments"][0]["need"]
    found = matching.explain(door, "rutland", served)
    assert found["reason"] is None
    assert found["matched"]["assignments"][0]["need"] == served
    left_over = document["unmatched"][0]
    assert matching.explain(door, "rutland", left_over["need"])["reason"] == left_over


def test_shropshire_without_roads_is_matched_by_guessed_minutes(shropshire: World) -> None:
    door, loaded = shropshire
    assert loaded.counts["parish_areas"] == 176
    assert loaded.counts["division_areas"] == 72
    assert loaded.counts["ljc_areas"] > 20
    assert (
        _one(door, "select count(*) from area where kind = 'division' and upper(valid) = '2025-05-01'") == 63
    )
    document = matching.match(door, matching.Asked("shropshire", TODAY))
    assert document["receipt"]["minutes"] == "guessed from straight lines"
    assert document["served"] > 100


def test_ljc_areas_are_their_parishes_together(shropshire: World) -> None:
    door, _ = shropshire
    sql = """
        select max(abs(ljc.area - parishes.area) / ljc.area) from
        (select code, ST_Area(geom) as area from area where kind = 'ljc' and upper_inf(valid)) ljc
        join (
            select group_code, sum(ST_Area(area.geom)) as area from (
                select distinct group_code, parish_code from membership where group_kind = 'ljc'
                and parish_code not in (select parish_code from membership where group_kind = 'ljc'
                    group by parish_code having count(distinct group_code) > 1)
            ) whole join area on area.code = parish_code and area.kind = 'parish' group by group_code
        ) parishes on parishes.group_code = ljc.code
        where ljc.code not in (select group_code from membership where parish_code in (
            select parish_code from membership group by parish_code having count(distinct group_code) > 1))
    """
    assert float(str(_one(door, sql))) < 0.001


def test_a_wrong_countys_boundaries_are_refused_and_nothing_changes(rutland: World, test_data: Path) -> None:
    door, _ = rutland
    before = _fingerprint(door)
    part = Part("boundaries", (test_data / "shropshire/divisions_2025.geojson",), {"kind": "division"})
    with pytest.raises(InputError, match=r"divisions_2025\.geojson"):
        counties.add(door, "rutland", part, today=TODAY)
    assert _fingerprint(door) == before


def test_a_county_whose_last_part_is_bad_leaves_nothing(
    make_database: object, rutland_file: Path, tmp_path: Path
) -> None:
    door = engine.connect(make_database())  # type: ignore[operator]
    bad = rutland_file.parent / "bad.toml"
    (rutland_file.parent / "bad.csv").write_text("id,nonsense\n1,2\n")
    bad.write_text(rutland_file.read_text() + '\n[[needs]]\nfile = "bad.csv"\n')
    with pytest.raises(InputError, match=r"bad\.csv"):
        counties.load(door, bad, today=TODAY)
    assert _one(door, "select (select count(*) from county) + (select count(*) from area)") == 0
    door.dispose()


def test_a_countys_own_speeds_take_the_place_of_the_built_in(rutland_file: Path) -> None:
    slow = rutland_file.parent / "slow.toml"
    slow.write_text(rutland_file.read_text() + "\n[speeds]\nlocal.car = 20\nb.car = 45\n")
    table = counties.speeds(county.read(slow))
    assert table.rows[RoadClass.LOCAL].car == (20, 20)
    assert table.rows[RoadClass.B].car == (45, 30)
    assert table.rows[RoadClass.MINOR] == SPEEDS.rows[RoadClass.MINOR]


def test_an_unknown_class_of_road_is_refused_by_name(rutland_file: Path) -> None:
    odd = rutland_file.parent / "odd.toml"
    odd.write_text(rutland_file.read_text() + "\n[speeds]\nlane.car = 20\n")
    with pytest.raises(InputError, match="unknown road class 'lane'"):
        counties.speeds(county.read(odd))
