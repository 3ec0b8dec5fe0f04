"""``geomatch site`` and ``geomatch coverage`` as a person types them."""

from collections.abc import Callable
from pathlib import Path

import pytest

ROWS = """demand,site,cost,weight
a,north,0,5
a,south,9,5
b,north,9,1
b,south,0,1
"""


@pytest.fixture
def matrix(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a matrix file."""

    def write(text: str) -> Path:
        file = tmp_path / "matrix.csv"
        file.write_text(text)
        return file

    return write


def test_a_matrix_file_needs_no_database(run_bare, matrix) -> None:
    said = run_bare("site", "--matrix", matrix(ROWS), "--count", 1, "--objective", "mean", "--json")
    assert said.code == 0, said.err
    told = said.document
    assert (told["sites"], told["value"], told["bound"], told["gap"]) == (["north"], 9.0, 9.0, 0.0)
    words = run_bare("site", "--matrix", matrix(ROWS), "--objective", "set-cover", "--max-minutes", 1)
    assert "north" in words.out
    assert "south" in words.out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("demand,site,cost\na,b,1\n", "no column weight"),
        ("demand,site,cost,weight\n", "no rows"),
        ("demand,site,cost,weight\na,b,-1,1\n,b,1,1\na,c,1,much\n", "line 4"),
        ("demand,site,cost,weight\na,b,nan,1\n", "line 2"),
        (ROWS + "a,north,3,5\n", "listed twice"),
    ],
)
def test_a_bad_matrix_is_refused_with_its_lines(run_bare, matrix, text: str, words: str) -> None:
    said = run_bare("site", "--matrix", matrix(text), "--count", 1, "--objective", "mean")
    assert said.code == 2
    assert words in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("site", "--objective", "mean", "--count", 1), "neither --kind nor --matrix"),
        (("site", "--kind", "fund", "--objective", "mean", "--count", 1), "nobody travels"),
        (("site", "--kind", "venue", "--objective", "needs", "--count", 0), "count 0"),
        (("coverage", "--by", "ljc", "--kind", "venue", "--max-minutes", 0), "max_minutes 0"),
        (("coverage", "--by", "ljc", "--kind", "venue", "--max-minutes", 20), "choose a county"),
    ],
)
def test_wrong_questions_are_refused(run, words, message: str) -> None:
    said = run(*words)
    assert said.code == 2, said.err
    assert message in said.err
