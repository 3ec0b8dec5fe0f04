"""Which PostgreSQL counts as one with PostGIS, and which is taken."""

from pathlib import Path

import pytest

from geomatch.db.binaries import PROGRAMS, find_binaries
from geomatch.errors import UnavailableError


def put_server(root: Path, major: int, programs: tuple[str, ...] = PROGRAMS, *, postgis: bool = True) -> Path:
    folder = root / "usr/lib/postgresql" / str(major) / "bin"
    folder.mkdir(parents=True)
    for name in programs:
        (folder / name).touch()
    extensions = root / "usr/share/postgresql" / str(major) / "extension"
    extensions.mkdir(parents=True)
    if postgis:
        (extensions / "postgis.control").touch()
    return folder


def test_the_newest_server_is_taken(tmp_path: Path) -> None:
    put_server(tmp_path, 9)
    newest = put_server(tmp_path, 17)
    assert find_binaries(tmp_path / "home", system=tmp_path).folder == newest


def test_the_version_a_home_holds_data_of_comes_first(tmp_path: Path) -> None:
    older = put_server(tmp_path, 15)
    put_server(tmp_path, 17)
    (tmp_path / "home/pg15/data").mkdir(parents=True)
    assert find_binaries(tmp_path / "home", system=tmp_path).folder == older


def test_development_files_and_servers_without_postgis_do_not_count(tmp_path: Path) -> None:
    put_server(tmp_path, 15, ("pg_config",))
    put_server(tmp_path, 16, postgis=False)
    with pytest.raises(UnavailableError, match=r"type `scripts/run`.*apt-get install.*GEOMATCH_DATABASE_URL"):
        find_binaries(tmp_path / "home", system=tmp_path)


def test_postgis_of_another_version_does_not_count(tmp_path: Path) -> None:
    put_server(tmp_path, 15, postgis=False)
    put_server(tmp_path, 17, ())
    with pytest.raises(UnavailableError):
        find_binaries(tmp_path / "home", system=tmp_path)


def test_an_unpacked_server_is_told_where_its_libraries_are(tmp_path: Path) -> None:
    root = tmp_path / "home" / "unpacked"
    folder = put_server(root, 15)
    for name in ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"):
        (root / name).mkdir(parents=True)
    found = find_binaries(tmp_path / "home", system=tmp_path / "nothing")
    assert found.folder == folder
    assert found.environment["LD_LIBRARY_PATH"] == (
        f"{root}/usr/lib/x86_64-linux-gnu:{root}/lib/x86_64-linux-gnu"
    )
    assert found.environment["PROJ_DATA"] == f"{root}/usr/share/proj"


def test_the_callers_environment_does_not_reach_the_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PGDATA", "/elsewhere")
    put_server(tmp_path, 15)
    assert "PGDATA" not in find_binaries(tmp_path / "home", system=tmp_path).environment


def test_a_home_may_be_named_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_server(tmp_path / "home" / "unpacked", 15)
    monkeypatch.chdir(tmp_path)
    assert find_binaries(Path("home"), system=tmp_path / "nothing").folder.is_absolute()
