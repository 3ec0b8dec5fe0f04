"""The table of ``docs/security.md`` holds every requirement of ASVS 5.0.0, levels 1 and 2, and each once."""

import re
from collections import Counter
from pathlib import Path

UP_TO = {
    "1": (2, 9, 11, 3, 2), "2": (3, 3, 4, 1), "3": (0, 2, 4, 6, 5, 0, 2), "4": (3, 1, 2, 4),
    "5": (1, 3, 2, 3), "6": (3, 12, 4, 4, 5, 3, 0, 4), "7": (3, 4, 2, 5, 2, 2),
    "8": (2, 3, 1, 1), "9": (3, 4),
    "10": (2, 2, 4, 11, 5, 2, 3), "11": (2, 3, 3, 4, 1, 1), "12": (3, 2, 4), "13": (1, 5, 2, 5),
    "14": (2, 4, 3), "15": (3, 3, 7), "16": (1, 5, 4, 3, 3), "17": (1, 4, 2),
}  # fmt: skip
"""Of each section of a chapter how many requirements are of level 1 or 2; they are the first ones of it."""

OF_LEVEL_3 = {"1.2.10", "3.6.1"}
"""Told all the same."""

_ROW = re.compile(r"^\| ([\d.,– ]+) \| ([^|]+) \| ([^|]+) \|$", re.M)


def _rows(root: Path) -> list[tuple[str, str, str]]:
    return _ROW.findall((root / "docs/security.md").read_text("utf-8"))


def _numbers(cell: str) -> list[str]:
    found = []
    for part in cell.split(", "):
        first, _, last = part.partition("–")
        section, _, start = first.rpartition(".")
        end = last.rpartition(".")[2] or start
        assert not last or last.rpartition(".")[0] == section, part
        found += [f"{section}.{each}" for each in range(int(start), int(end) + 1)]
    return found


def _wanted() -> set[str]:
    return {
        f"{chapter}.{section}.{number}"
        for chapter, counts in UP_TO.items()
        for section, count in enumerate(counts, 1)
        for number in range(1, count + 1)
    }


def test_the_standard_has_253_requirements_of_levels_1_and_2() -> None:
    assert len(_wanted()) == 253


def test_every_requirement_stands_in_the_table_once(root: Path) -> None:
    told = Counter(number for cell, _, _ in _rows(root) for number in _numbers(cell))
    assert sorted(_wanted() - set(told)) == [], "say what holds, and by which test"
    assert sorted(set(told) - _wanted() - OF_LEVEL_3) == [], "there is no such requirement"
    assert [number for number, count in told.items() if count > 1] == []


def test_every_line_has_a_test_or_a_reason(root: Path) -> None:
    bare = [
        cell for cell, _, by in _rows(root) if "`tests/" not in by and not by.startswith(("none: ", "mypy"))
    ]
    assert bare == []


def test_every_test_that_the_document_names_is_there(root: Path) -> None:
    told = (root / "docs/security.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", told)
    assert len(named) > 40
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not (root / path).is_file() or (test and f"def {test}(" not in (root / path).read_text("utf-8"))
    ]
    assert missing == []
