"""Postcodes and names: native without a header, headed by name, old and new columns, bad rows exactly."""

import gzip
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from geomatch.errors import InputError
from geomatch.importers import names, postcodes

CODE_POINT = '"SY1 1AA",10,349490,313096,"E92000001","E19000001","E18000005","","E06000051","E05008180"'


def saved(folder: Path, lines: Sequence[str], name: str = "sy.csv", end: str = "\r\n") -> Path:
    path = folder / name
    path.write_bytes("".join(line + end for line in lines).encode())
    return path


def test_code_point_open_has_no_header(tmp_path: Path) -> None:
    found, report = postcodes.read(saved(tmp_path, [CODE_POINT, CODE_POINT.replace("1AA", "1AD")]))
    assert found.postcode == ["SY1 1AA", "SY1 1AD"]
    assert (found.easting[0], found.northing[0], found.quality[0]) == (349490.0, 313096.0, 10)
    assert (found.district[0], found.ward[0]) == ("E06000051", "E05008180")
    assert (report.kind, report.read, report.loaded, report.rejected) == ("postcodes", 2, 2, 0)


def test_the_publishers_zip_is_read_whole_and_issues_name_the_member(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "codepo_gb.zip", "w") as archive:
        archive.writestr("Doc/Code-Point_Open_Column_Headers.csv", "PC,PQ\nPostcode,Quality\n")
        archive.writestr("Data/CSV/sy.csv", CODE_POINT + "\n")
        archive.writestr("Data/CSV/tf.csv", CODE_POINT.replace("SY1", "TF1") + "\nTF1,10\n")
    found, report = postcodes.read(tmp_path / "codepo_gb.zip")
    assert found.postcode == ["SY1 1AA", "TF1 1AA"]
    assert [(i.source, i.line, i.kind) for i in report.issues] == [
        ("codepo_gb.zip/Data/CSV/tf.csv", 2, "cells")
    ]


def test_every_bad_postcode_row_has_its_line_and_column(tmp_path: Path) -> None:
    rows = [
        CODE_POINT,
        CODE_POINT,
        CODE_POINT.replace("SY1 1AA", "SHREWSBURY"),
        CODE_POINT.replace("1AA", "1AB").replace("349490", "abc"),
        CODE_POINT.replace("1AA", "1AD").replace("313096", ""),
        CODE_POINT.replace("1AA", "1AE").replace("349490", "949490"),
        CODE_POINT.replace("1AA", "1AF").replace(",10,", ",11,"),
        CODE_POINT + ',"extra"',
    ]
    found, report = postcodes.read(saved(tmp_path, rows))
    assert found.postcode == ["SY1 1AA"]
    assert [(issue.line, issue.column, issue.kind) for issue in report.issues] == [
        (2, "postcode", "duplicate"),
        (3, "postcode", "invalid"),
        (4, "easting", "invalid"),
        (5, "northing", "missing"),
        (6, "easting", "outside"),
        (7, "quality", "invalid"),
        (8, None, "cells"),
    ]
    assert (report.read, report.loaded, report.rejected) == (8, 1, 7)


@pytest.mark.parametrize(
    "header",
    [
        "pcd,pcd2,pcds,dointr,doterm,oslaua,osward,parish,oseast1m,osnrth1m,osgrdind,lat,long",
        "pcd7,pcd8,pcds,dointr,doterm,lad26cd,wd26cd,parncp26cd,east1m,north1m,gridind,lat,long",
    ],
)
def test_the_postcode_directory_reads_by_its_old_and_its_new_names(tmp_path: Path, header: str) -> None:
    def line(postcode: str, end: str, east: str, north: str, grid: str) -> str:
        codes = f"{postcode},{postcode},{postcode},198001,{end},E06000051,E05016011,E04011198"
        return f"{codes},{east},{north},{grid},,"

    rows = [
        header,
        line("SY1 1AA", "", "349490", "313096", "1"),
        line("SY1 1AB", "199606", "349490", "313096", "1"),
        line("SY1 1AC", "", "", "", "9"),
        line("SY1 1AD", "", "349490", "313096", "9"),
        line("BT1 1AA", "", "146000", "530000", "1"),
        line("SY1 1AE", "", "349490", "313096", "6"),
    ]
    found, report = postcodes.read(saved(tmp_path, rows, "ONSPD_AUG_2026_UK.csv"))
    assert (found.postcode, found.quality.tolist()) == (["SY1 1AA", "SY1 1AE"], [10, 60])
    assert (found.district[0], found.ward[0]) == ("E06000051", "E05016011")
    assert {issue.kind: issue.value for issue in report.issues} == {
        "closed": "1",
        "no-position": "2",
        "licence": "1",
    }
    assert (report.read, report.loaded, report.rejected) == (6, 2, 4)


def test_the_directorys_zip_is_not_read_twice(tmp_path: Path) -> None:
    text = "pcds,east1m,north1m\nSY1 1AA,349490,313096\n"
    with zipfile.ZipFile(tmp_path / "ONSPD.zip", "w") as archive:
        archive.writestr("Data/ONSPD_AUG_2026_UK.csv", text)
        archive.writestr("Data/multi_csv/ONSPD_AUG_2026_UK_SY.csv", text)
        archive.writestr("Documents/LAD names.csv", "code,name\n")
    found, report = postcodes.read(tmp_path / "ONSPD.zip")
    assert (found.postcode, report.read) == (["SY1 1AA"], 1)


def test_an_extract_is_read_by_the_names_of_its_columns_in_any_order(tmp_path: Path) -> None:
    rows = ["northing,ward_cd,postcode,easting", "313096.0,E05008180,sy11aa,349490.0"]
    found, _ = postcodes.read(saved(tmp_path, rows))
    assert (found.postcode, found.easting[0], found.quality[0]) == (["SY1 1AA"], 349490.0, 0)
    assert (found.district, found.ward) == ([""], ["E05008180"])


def test_missing_columns_are_listed_with_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"missing columns: easting .*, northing .*; there are postcode, town"
    ):
        postcodes.read(saved(tmp_path, ["postcode,town", "SY1 1AA,Shrewsbury"]))


@pytest.mark.parametrize(("length", "words"), [(20, "ends in the middle of a row"), (30, "cut short")])
def test_a_file_that_ends_in_the_middle_of_a_row_is_refused(tmp_path: Path, length: int, words: str) -> None:
    path = saved(tmp_path, [CODE_POINT, CODE_POINT[:length]])
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(InputError, match=rf"sy\.csv line 2: .*{words}"):
        postcodes.read(path)


def test_an_empty_file_holds_no_postcodes(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="empty; expected postcodes"):
        postcodes.read(saved(tmp_path, []))


def test_a_long_file_tells_how_far_it_is(tmp_path: Path) -> None:
    letters = "ABDEFGHJLN"
    codes = [f"SY{a} {b}{c}{d}" for a in range(1, 41) for b in range(10) for c in letters for d in letters]
    told: list[tuple[int, int | None]] = []
    _, report = postcodes.read(
        saved(tmp_path, [CODE_POINT.replace("SY1 1AA", code) for code in codes]),
        progress=lambda _step, done, total: told.append((done, total)),
    )
    assert (report.loaded, told) == (40_000, [(20_000, None), (40_000, None)])


def open_name(
    identifier: str, name: str, other: str = "", east: str = "342957", north: str = "302842"
) -> str:
    values = [""] * 34
    values[0], values[2], values[4], values[6], values[7] = (
        identifier,
        name,
        other,
        "populatedPlace",
        "Hamlet",
    )
    values[8], values[9], values[16], values[18], values[24] = east, north, "SY5", "Pulverbatch", "Shropshire"
    return ",".join(values)


def test_open_names_have_34_columns_a_bom_and_no_header(tmp_path: Path) -> None:
    rows = [
        "\ufeff" + open_name("osgb1", "Church Pulverbatch"),
        open_name("osgb2", "Presteigne", "Llanandras"),
    ]
    path = tmp_path / "SJ40.csv.gz"
    path.write_bytes(gzip.compress("".join(row + "\r\n" for row in rows).encode()))
    found, report = names.read(path)
    assert (found.id, found.name) == (["osgb1", "osgb2"], ["Church Pulverbatch", "Presteigne"])
    assert (found.other_name, found.local_type[0], found.type[0]) == (
        ["", "Llanandras"],
        "Hamlet",
        "populatedPlace",
    )
    assert (found.easting[0], found.northing[0]) == (342957.0, 302842.0)
    assert (found.postcode_district[0], found.populated_place[0]) == ("SY5", "Pulverbatch")
    assert (found.district[0], found.county[0], report.loaded) == ("", "Shropshire", 2)


def test_an_extract_of_names_is_read_by_its_header(tmp_path: Path) -> None:
    rows = [
        "ID,NAME1,LOCAL_TYPE,GEOMETRY_X,GEOMETRY_Y,COUNTY_UNITARY",
        "a,Greetham,Village,492743,314542,Rutland",
    ]
    found, _ = names.read(saved(tmp_path, rows))
    assert (found.name, found.county, found.other_name) == (["Greetham"], ["Rutland"], [""])


def test_every_bad_name_row_has_its_line_and_column(tmp_path: Path) -> None:
    rows = [
        open_name("a", "Clun"),
        open_name("a", "Clun"),
        open_name("", "Clun"),
        open_name("b", ""),
        open_name("c", "Clun", east="x"),
        open_name("d", "Clun", north="-1"),
        "e,too,few",
        open_name("f", "Clun"),
    ]
    found, report = names.read(saved(tmp_path, rows))
    assert found.id == ["a", "f"]
    assert [(issue.line, issue.column, issue.kind) for issue in report.issues] == [
        (2, "id", "duplicate"),
        (3, "id", "missing"),
        (4, "name", "missing"),
        (5, "easting", "invalid"),
        (6, "easting", "outside"),
        (7, None, "cells"),
    ]
    assert (report.read, report.loaded, report.rejected) == (8, 2, 6)


def test_names_without_the_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing columns: local_type .*there are ID, NAME1"):
        names.read(saved(tmp_path, ["ID,NAME1,GEOMETRY_X,GEOMETRY_Y", "a,Clun,1,2"]))
