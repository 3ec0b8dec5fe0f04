"""A run says what it was made of, and comes out the same when it is made again from that."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from geomatch.errors import InputError, UnavailableError
from geomatch.matching import document, packed
from geomatch.matching.problem import Candidates
from geomatch.model import Need, Resource, ResourceKind, Role, Travels, Window
from geomatch.services import matching, receipts

TODAY = date(2026, 11, 23)
Fill = Callable[..., sa.Engine]
Match = tuple[sa.Engine, dict[str, Any]]


def evening(day: int) -> Window:
    starts = datetime(2026, 12, 1, 19) + timedelta(days=day)
    return Window(starts, starts + timedelta(hours=2))


@pytest.fixture
def run(fill: Fill) -> Match:
    """Twelve film nights and twelve meetings, which want more halls, screens and drivers than there are."""
    rng = np.random.default_rng(5)

    def point() -> tuple[float, float]:
        return tuple(350_500.0 + 1000 * rng.integers(0, 9, 2))  # type: ignore[return-value]

    film = (
        Role("hall", ResourceKind.VENUE),
        Role("screen", ResourceKind.EQUIPMENT),
        Role("driver", ResourceKind.VOLUNTEER, carries="screen"),
    )
    wanted = [
        Need(f"n{at:02}", "N", film if at % 2 else film[:1], point=point(), windows=(evening(at % 3),))
        for at in range(24)
    ]
    offered = [Resource(f"h{at}", ResourceKind.VENUE, "H", point=point()) for at in range(5)]
    for name, kind, travels in (
        ("s", ResourceKind.EQUIPMENT, Travels.CARRIED),
        ("d", ResourceKind.VOLUNTEER, Travels.RESOURCE),
    ):
        offered += [Resource(f"{name}{at}", kind, name, point=point(), travels=travels) for at in range(3)]
    door = fill(wanted, offered)
    return door, matching.match(door, matching.Asked("small", TODAY))


def test_a_receipt_says_what_the_run_was_made_of(run: Match) -> None:
    receipt = run[1]["receipt"]
    assert set(receipt["versions"]) == {"geomatch", "python", "numpy", "scipy", "highs"}
    assert receipt["as_of"] == "2026-11-23"
    assert receipt["minutes"] == "guessed from straight lines"
    assert receipt["roads"] == {}
    assert receipt["areas"] == {}
    assert receipt["rules"]["asks"] == 2
    assert receipt["untied"] == []
    with run[0].connect() as connection:
        kept = connection.execute(sa.text("select document, problem_sha256 from matching_run")).one()
    for name in ("objective", "bound", "gap", "baselines", "receipt"):
        assert kept.document[name] == json.loads(json.dumps(run[1][name])), name
    assert kept.problem_sha256 == receipt["problem_sha256"]


def test_a_run_comes_out_the_same_again(run: Match) -> None:
    door, told = run
    assert any(row["given"] for row in told["assignments"])
    assert told["unmatched"]
    again = receipts.replay(door, told["run"])
    assert again.identical
    assert again.differences == ()
    assert again.then == again.now


def test_what_comes_out_otherwise_is_told(run: Match) -> None:
    door, told = run
    with door.begin() as connection:
        connection.execute(
            sa.text(
                "update matching_run set document = jsonb_set(document, '{assignments,0,quantity}', '2') "
                "#- '{assignments,1}'"
            )
        )
    again = receipts.replay(door, told["run"])
    assert not again.identical
    first, second = told["assignments"][:2]
    assert len(again.differences) == 2
    assert again.differences[0].startswith(f"{second['need']} {second['role']} {second['resource']}")
    assert again.differences[0].endswith("now, not then")
    assert "'quantity': 2" in again.differences[1].split(" then, ")[0]
    assert again.differences[1].startswith(first["need"])


def test_the_problem_as_a_file_gives_the_same_assignments_in_any_order_of_rows(run: Match) -> None:
    door, told = run
    problem = json.loads(json.dumps(receipts.problem_document(door, told["run"])))
    solved = matching.solve_document(problem)
    assert solved["receipt"]["problem_sha256"] == told["receipt"]["problem_sha256"]
    assert solved["assignments"] == told["assignments"]
    assert matching.check_documents(problem, solved) == []
    rng = np.random.default_rng(7)
    for _ in range(3):
        shuffled = {
            name: [rows[at] for at in rng.permutation(len(rows))] if isinstance(rows, list) else rows
            for name, rows in problem.items()
        }
        for need in shuffled["needs"]:
            need["roles"] = need["roles"][::-1]
        again = matching.solve_document(shuffled)
        assert again["receipt"]["problem_sha256"] == told["receipt"]["problem_sha256"]
        assert again["assignments"] == told["assignments"]


def test_a_problem_survives_packing_to_the_last_bit(run: Match) -> None:
    problem = receipts.problem_of(run[0], run[1]["run"])
    again = packed.from_bytes(packed.to_bytes(problem))
    assert document.sha256(again) == document.sha256(problem)
    for name in Candidates.__dataclass_fields__:
        assert np.array_equal(getattr(again.candidates, name), getattr(problem.candidates, name)), name
    assert (again.needs, again.resources, again.slots) == (problem.needs, problem.resources, problem.slots)


def test_a_problem_with_something_agreed_survives_packing() -> None:
    given = {
        "format": "geomatch-problem/1",
        "needs": [{"id": "n"}],
        "resources": [{"id": "r", "capacity": 1}],
        "candidates": [{"need": "n", "resource": "r", "slot": "s", "minutes": 1.5}],
        "fixed": [{"need": "n", "resource": "r", "slot": "s"}],
    }
    problem = document.from_document(given)
    assert document.to_document(packed.from_bytes(packed.to_bytes(problem))) == document.to_document(problem)


def test_what_was_not_kept_or_was_changed_is_refused(run: Match) -> None:
    door, told = run
    with pytest.raises(UnavailableError, match="no such run"):
        receipts.replay(door, 999)
    with door.begin() as connection:
        connection.execute(
            sa.text(
                "update matching_run set document = jsonb_set(document, '{receipt,problem_sha256}', '\"0\"')"
            )
        )
    with pytest.raises(InputError, match="its receipt says 0"):
        receipts.replay(door, told["run"])
    with door.begin() as connection:
        connection.execute(sa.text("update run_problem set problem = substr(problem, 1, 300)"))
    with pytest.raises(InputError, match="cannot be read"):
        receipts.replay(door, told["run"])
    with door.begin() as connection:
        connection.execute(sa.text("delete from run_problem"))
    with pytest.raises(UnavailableError, match="was not kept"):
        receipts.replay(door, told["run"])


def test_the_application_may_not_read_minutes_from_homes(run: Match) -> None:
    with run[0].begin() as connection:
        connection.execute(sa.text("set local role geomatch_app"))
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            connection.execute(sa.text("select problem from run_problem"))


def test_the_terminal_writes_the_problem_and_replays_a_run(
    run: Match, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from geomatch.cli import geomatch

    door, told = run
    monkeypatch.setenv("GEOMATCH_DATABASE_URL", door.url.render_as_string(hide_password=False))
    path, out = tmp_path / "problem.json", tmp_path / "solution.json"
    terminal = CliRunner()
    replayed = terminal.invoke(
        geomatch, ["match", "--replay", str(told["run"]), "--problem", str(path), "--json"]
    )
    assert replayed.exit_code == 0, replayed.output
    assert json.loads(replayed.stdout)["identical"] is True
    assert terminal.invoke(geomatch, ["solve", str(path), "-o", str(out)]).exit_code == 0
    assert json.loads(out.read_text())["assignments"] == told["assignments"]
    assert terminal.invoke(geomatch, ["check", str(path), str(out)]).exit_code == 0
    wrong = terminal.invoke(geomatch, ["match", "--replay", "1", "--policy", "travel-first"])
    assert wrong.exit_code == 2
    assert "it takes no --policy" in wrong.output
