"""What the commands do once everything is installed, and what they say to wrong words."""

import os
from pathlib import Path

import pytest

SERVER = {"GEOMATCH_DATABASE_URL": "postgresql://elsewhere/db"}


def called(checkout: Path) -> list[str]:
    return (checkout / "called").read_text().splitlines()


def test_run_hands_its_words_to_geomatch(checkout: Path, sh, installed) -> None:
    assert sh("scripts/run --check --port 9000", **SERVER).returncode == 0
    assert called(checkout) == ["geomatch up --check --port 9000"]


def test_run_says_nothing_when_nothing_is_to_be_done(checkout: Path, sh, installed) -> None:
    done = sh("cd / && " + str(checkout / "scripts/run"), **SERVER)
    assert (done.stdout, done.stderr) == ("", "")
    assert called(checkout) == ["geomatch up --port 8000"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [("--chek", "unknown: --chek"), ("--port", "--port needs a number"), ("--port=x1", "the port is x1")],
)
def test_wrong_words_are_refused_with_the_usage(sh, words: str, complaint: str) -> None:
    done = sh(f"scripts/run {words}")
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "usage: scripts/run [--check] [--port 8000]" in done.stderr


def test_lint_types_and_directions_come_before_the_suite(checkout: Path, sh, installed) -> None:
    assert sh("scripts/test tests/crs -k 'a b'", **SERVER).returncode == 0
    expected = ["ruff check", "ruff format --check", "mypy ", "lint-imports ", "pytest tests/crs -k a b"]
    assert called(checkout) == expected


@pytest.mark.parametrize("tool", ["ruff", "mypy", "lint-imports", "pytest"])
def test_each_check_that_fails_fails_the_whole_and_is_named(sh, installed, break_tool, tool: str) -> None:
    break_tool(tool)
    done = sh("scripts/test", **SERVER)
    assert done.returncode == 1
    assert f"did not hold: {tool}" in done.stderr


def test_a_failing_check_does_not_hide_what_comes_after(checkout: Path, sh, installed, break_tool) -> None:
    break_tool("mypy")
    sh("scripts/test", **SERVER)
    assert called(checkout)[-1] == "pytest "


def test_ci_calls_the_same_command(checkout: Path, sh, installed) -> None:
    assert sh(".ci/run -x", **SERVER).returncode == 0
    assert called(checkout)[-1] == "pytest -x"


def test_as_root_a_closed_folder_is_named_before_anything_is_installed(checkout: Path, sh) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root drops to another user")
    checkout.parent.chmod(0o700)
    done = sh("scripts/run")
    assert done.returncode == 3
    assert "who may not enter" in done.stderr
    assert "type `GEOMATCH_HOME=/var/lib/geomatch scripts/run`" in done.stderr
    assert not (checkout / "called").exists()


def test_scripts_are_valid_for_a_plain_shell(root: Path, sh) -> None:
    scripts: list[Path] = [root / "scripts" / name for name in ("run", "test", "lock")]
    for script in [*scripts, root / ".ci" / "run", *(root / "scripts" / "lib").glob("*.sh")]:
        done = sh(f"sh -n '{script}'")
        assert (done.returncode, done.stderr) == (0, "")


def test_the_environment_is_reused_only_while_versions_stay(checkout: Path, sh, installed) -> None:
    assert sh("need_project ''").returncode == 0
    assert not (checkout / "called").exists(), "nothing was installed"
    (checkout / "constraints.txt").write_text("flask==3.1.3\n")
    assert sh("need_project ''").returncode == 0
    installs = [line for line in called(checkout) if line.startswith("uv pip install")]
    assert installs == ["uv pip install --python .venv/bin/python -c constraints.txt -e ."]
    assert sh("need_project ''").returncode == 0
    assert [line for line in called(checkout) if line.startswith("uv pip install")] == installs


def test_what_is_enough_to_run_is_not_enough_to_test(checkout: Path, sh) -> None:
    assert sh("need_project '' && need_project test && need_project ''").returncode == 0
    installs = [line.rsplit(" ", 1)[1] for line in called(checkout) if line.startswith("uv pip install")]
    assert installs == [".", ".[test]"]
