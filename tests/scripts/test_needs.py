"""Finding what is needed on the machine, and what is said where it cannot be had."""

from pathlib import Path

import pytest


def put(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)


SERVER = ("usr/lib/postgresql/15/bin/initdb", "usr/lib/postgresql/15/bin/postgres")
CONTROL = "usr/share/postgresql/15/extension/postgis.control"


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((*SERVER, CONTROL), True),
        (("usr/lib/postgresql/15/bin/pg_config", CONTROL), False),
        ((SERVER[0], CONTROL), False),
        ((SERVER[1], CONTROL), False),
        (SERVER, False),
        ((*SERVER, CONTROL.replace("15", "16")), False),
    ],
)
def test_a_server_counts_with_its_programs_and_postgis(sh, tmp_path: Path, names, found: bool) -> None:
    put(tmp_path / "machine", *names)
    assert (sh(f"has_postgis '{tmp_path}/machine'").returncode == 0) is found


def test_an_unpacked_server_is_used_without_looking_further(sh, tmp_path: Path) -> None:
    put(tmp_path / "home/unpacked", *SERVER, CONTROL)
    quiet = "has_apt() { echo asked >&2; }; real=has_postgis; need_postgis"
    done = sh(quiet, GEOMATCH_HOME=str(tmp_path / "home"))
    assert (done.returncode, done.stderr) == (0, "")


def test_without_any_way_to_get_postgis_it_is_said_what_to_type(sh) -> None:
    done = sh("has_postgis() { return 1; }; has_apt() { return 1; }; need_postgis")
    assert done.returncode == 3
    assert "sudo apt-get install postgresql-15-postgis-3" in done.stderr
    assert "GEOMATCH_DATABASE_URL=" in done.stderr


def test_root_installs_and_does_not_unpack(sh) -> None:
    pretend = (
        "has_postgis() { return 1; }; has_apt() { :; }; become_root() { :; }; install_postgis() { echo apt; }"
    )
    done = sh(f"{pretend}; unpack_postgis() {{ echo unpack; }}; need_postgis")
    assert done.stdout == "apt\n"


def test_an_ordinary_user_unpacks_and_so_does_one_whose_apt_failed(sh) -> None:
    pretend = "has_postgis() { return 1; }; has_apt() { :; }; unpack_postgis() { echo unpack; }"
    assert sh(f"{pretend}; become_root() {{ return 1; }}; need_postgis").stdout == "unpack\n"
    failed = f"{pretend}; become_root() {{ :; }}; install_postgis() {{ return 1; }}; need_postgis"
    assert sh(failed).stdout == "unpack\n"


def test_the_newest_postgis_on_offer_is_chosen(sh) -> None:
    offer = "offer() { printf 'postgresql-9-postgis-3 - x\\npostgresql-99-postgis-3 - x\\n'; }"
    done = sh(f"{offer}; found=''; choose_postgis offer; echo $postgis")
    assert done.stdout == "postgresql-99-postgis-3\n"
    assert sh("nothing() { :; }; found=''; choose_postgis nothing").returncode != 0


def test_a_named_chromium_is_used(sh, tmp_path: Path) -> None:
    put(tmp_path, "my-chromium")
    done = sh("need_chromium; echo $GEOMATCH_CHROMIUM", GEOMATCH_CHROMIUM=str(tmp_path / "my-chromium"))
    assert done.stdout == f"{tmp_path}/my-chromium\n"


def test_without_any_way_to_get_chromium_it_is_said_what_to_type(sh) -> None:
    done = sh("has_chromium() { return 1; }; has_apt() { return 1; }; need_chromium")
    assert done.returncode == 3
    assert "sudo apt-get install chromium-headless-shell fonts-dejavu-core libatomic1" in done.stderr


def test_without_a_fitting_python_it_is_said_what_to_type(sh) -> None:
    done = sh("PATH=/nowhere; choose_python")
    assert done.returncode == 3
    assert "sudo apt-get install python3 python3-venv" in done.stderr


def test_a_relative_home_is_made_absolute(sh, checkout: Path) -> None:
    assert sh("echo $GEOMATCH_HOME", GEOMATCH_HOME="here").stdout == f"{checkout}/here\n"
    assert sh("echo $GEOMATCH_HOME").stdout == f"{checkout}/.geomatch\n"


def test_without_any_way_to_get_pango_tests_stop_and_running_goes_on(sh) -> None:
    nowhere = "has_pango() { return 1; }; has_apt() { return 1; }"
    done = sh(f"{nowhere}; need_pango")
    assert done.returncode == 3
    assert "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in done.stderr
    done = sh(f"{nowhere}; want_pango; echo on")
    assert (done.returncode, done.stdout) == (0, "on\n")
    assert "print by their own style" in done.stderr


def test_an_unpacked_pango_is_looked_for_where_it_lies(sh, tmp_path: Path) -> None:
    put(tmp_path / "pango/lib", "libpango-1.0.so.0")
    done = sh(
        "own_pango=$GEOMATCH_HOME/pango; has_pango || :; echo $FONTCONFIG_FILE", GEOMATCH_HOME=str(tmp_path)
    )
    assert done.stdout == f"{tmp_path}/pango/fonts.conf\n"
