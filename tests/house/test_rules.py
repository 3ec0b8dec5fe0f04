"""The house rules that a machine can check."""

import ast
import re
from importlib import metadata
from pathlib import Path

import click
import pytest

from geomatch.cli import geomatch

PACKAGES = ("geomatch", "webmap")


def _modules(root: Path) -> list[Path]:
    return [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]


def _does_something(statement: ast.stmt) -> bool:
    """A call standing by itself, a loop or a ``with`` at module level acts when it is imported."""
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.With | ast.While | ast.Try | ast.Delete)


def test_importing_any_module_does_nothing(root: Path) -> None:
    allowed = {"geomatch/db/migrations/env.py"}  # Alembic's own shape: it is run, never imported
    acting = [
        f"{path.relative_to(root)}:{statement.lineno}"
        for path in _modules(root)
        if str(path.relative_to(root)) not in allowed
        for statement in ast.parse(path.read_text("utf-8")).body
        if _does_something(statement)
    ]
    assert acting == []


def test_no_file_is_longer_than_400_lines(root: Path) -> None:
    long = {
        str(path.relative_to(root)): lines
        for path in _modules(root)
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_no_function_is_longer_than_40_lines(root: Path) -> None:
    long = [
        f"{path.relative_to(root)}:{node.lineno} {node.name}"
        for path in _modules(root)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and _body_lines(node) > 40
    ]
    assert long == []


def _body_lines(function: ast.FunctionDef) -> int:
    body = function.body
    first = body[1] if ast.get_docstring(function) and len(body) > 1 else body[0]
    return (function.end_lineno or first.lineno) - first.lineno + 1


def test_everything_public_in_the_engine_says_what_it_is(root: Path) -> None:
    silent = [
        f"{path.relative_to(root)}:{node.lineno} {node.name}"
        for path in _modules(root)
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_query_opens_with_what_it_returns_and_its_units(root: Path) -> None:
    files = sorted((root / "geomatch/db/queries").glob("*.sql"))
    assert files
    headless = [
        path.name
        for path in files
        if not all(line.startswith("-- ") for line in path.read_text().splitlines()[:2])
    ]
    assert headless == []


def _commands(group: click.Group, *before: str) -> list[str]:
    found = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command, path = group.get_command(context, name), (*before, name)
        found += _commands(command, *path) if isinstance(command, click.Group) else [" ".join(path)]
    return found


def test_every_command_stands_in_the_readme(root: Path) -> None:
    readme = (root / "README.md").read_text("utf-8")
    assert [name for name in _commands(geomatch) if f"geomatch {name}" not in readme] == []


def test_every_setting_stands_in_the_readme(root: Path) -> None:
    readme = (root / "README.md").read_text("utf-8")
    places = [
        *_modules(root),
        root / "scripts/run",
        root / "scripts/test",
        *sorted((root / "tests").rglob("*.py")),
    ]
    named = {name for path in places for name in re.findall(r"\bGEOMATCH_[A-Z_]+\b", path.read_text("utf-8"))}
    assert "GEOMATCH_HOME" in named
    assert sorted(name for name in named if name not in readme) == []


def test_setup_cfg_reached_the_installed_package() -> None:
    found = metadata.metadata("geomatch")
    assert found["Name"] == "geomatch"
    assert found["License"] == "MIT"
    assert "Flask" in " ".join(metadata.requires("geomatch") or [])
    scripts = {point.name: point.value for point in metadata.entry_points(group="console_scripts")}
    assert scripts["geomatch"] == "geomatch.cli:main"


@pytest.mark.parametrize("word", ["/work/", "pypi.org", "registry.npmjs", "deb.debian.org"])
def test_no_file_names_a_place_that_only_one_machine_knows(root: Path, word: str) -> None:
    here = Path(__file__)
    folders = (*PACKAGES, "scripts", "docs", "tests", "data", ".ci")
    texts = [
        path
        for folder in folders
        for path in (root / folder).rglob("*")
        if path.suffix in _TEXT or not path.suffix
    ]
    assert [
        str(path) for path in texts if path.is_file() and path != here and word in path.read_text("utf-8")
    ] == []


_TEXT = {".py", ".md", ".sh", ".sql", ".html", ".css", ".js", ".toml", ".cfg"}
