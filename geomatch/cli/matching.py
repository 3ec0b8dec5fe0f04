"""``geomatch match``, ``explain``, ``solve`` and ``check``: who serves whom, and why not."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from click.core import ParameterSource

from geomatch.cli.quarters import after_matching
from geomatch.cli.terminal import county_option, emit, json_option, owner, progress_bar, today
from geomatch.errors import InputError
from geomatch.matching.problem import POLICIES, Policy
from geomatch.model import ResourceKind
from geomatch.services import matching, receipts
from geomatch.times import Quarter

_FILE = click.Path(path_type=Path, dir_okay=False)
_DAY = click.DateTime(["%Y-%m-%d"])
TESTS_IN_WORDS = {
    "kind": "something else",
    "attributes": "lack what is asked",
    "safeguarding": "lack the DBS check it calls for",
    "availability": "not free then",
    "catchment": "do not serve there",
    "budget": "too far for them",
    "travel": "too far to reach",
    "freshness": "not confirmed lately",
}


@click.command()
@click.option("--policy", type=click.Choice(POLICIES), default=POLICIES[0], show_default=True)
@click.option(
    "--kind", type=click.Choice([str(kind) for kind in ResourceKind]), help="Only needs of this kind."
)
@click.option("--as-of", type=_DAY, help="Match as on this day; today by default.")
@click.option("--compare", is_flag=True, help="Show also what every policy would do.")
@click.option(
    "--changes", type=click.IntRange(0), metavar="D", help="Change at most D proposals of the newest run."
)
@click.option("--replay", type=int, metavar="RUN", help="Solve a kept run again; exit 1 unless identical.")
@click.option("--problem", type=_FILE, help="Write the problem here, as geomatch solve reads it.")
@county_option
@json_option
def match(replay: int | None, problem: Path | None, as_json: bool, **how: Any) -> None:
    """Match all open needs, keep the run, and say how it went."""
    if replay is not None:
        _refuse_with_replay(click.get_current_context(), how)
        _replay(replay, problem, as_json=as_json)
        return
    _match(problem, as_json=as_json, **how)


def _refuse_with_replay(context: click.Context, how: dict[str, Any]) -> None:
    given = [name for name in how if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if given:
        raise click.UsageError(f"--replay solves what was kept; it takes no --{given[0].replace('_', '-')}")


def _replay(run: int, problem: Path | None, *, as_json: bool) -> None:
    with progress_bar() as bar, owner(bar) as door:
        found = receipts.replay(door, run, progress=bar)
        _write_problem(door, run, problem)
    words = ["identical to what was kept"] if found.identical else list(found.differences)
    emit(found.as_dict(), f"run {run}: " + "\n".join(words), as_json=as_json)
    sys.exit(0 if found.identical else 1)


def _write_problem(door: sa.Engine, run: int, path: Path | None) -> None:
    if path is not None:
        made = receipts.problem_document(door, run)
        path.write_text(json.dumps(made, ensure_ascii=False) + "\n", "utf-8")


def _match(
    problem: Path | None,
    *,
    policy: str,
    kind: str | None,
    as_of: datetime | None,
    compare: bool,
    changes: int | None,
    county: str | None,
    as_json: bool,
) -> None:
    day, chosen = as_of.date() if as_of else today(), ResourceKind(kind) if kind else None
    asked = matching.Asked(county, day, Policy(policy), chosen, changes)
    with progress_bar() as bar, owner(bar) as door:
        document = matching.match(door, asked, progress=bar)
        if chosen is None and Quarter.of(day) == Quarter.of(today()):
            after_matching(door, county, bar)
        if compare:
            document["policies"] = matching.compare(door, asked, progress=bar)
        _write_problem(door, document["run"], problem)
    emit(document, "\n".join(_told(document)), as_json=as_json)


@click.command()
@click.argument("need_id")
@click.option(
    "--without", metavar="RESOURCE", help="As if this resource had dropped out; takes some seconds."
)
@county_option
@json_option
def explain(need_id: str, without: str | None, county: str | None, as_json: bool) -> None:
    """Say what a need was matched with in the newest run, or why not and what would help."""
    with progress_bar() as bar, owner(bar) as door:
        if without is None:
            found = matching.explain(door, county, need_id)
        else:
            found = matching.explain_without(door, county, need_id, without, progress=bar)
    emit(found, "\n".join(_explained(found)), as_json=as_json)


@click.command()
@click.argument("problem", type=_FILE)
@click.option("-o", "--output", type=_FILE, help="Write the solution here and not to stdout.")
@json_option
def solve(problem: Path, output: Path | None, as_json: bool) -> None:
    """Solve a geomatch-problem/1 file; needs no database."""
    with progress_bar() as bar:
        document = matching.solve_document(_document(problem), progress=bar)
    text = json.dumps(document, ensure_ascii=False, indent=None if as_json else 2)
    if output is None:
        click.echo(text)
        return
    output.write_text(text + "\n", "utf-8")
    emit(document, f"{output}: {document['status']}, {document['served']} served", as_json=as_json)


@click.command()
@click.argument("problem", type=_FILE)
@click.argument("solution", type=_FILE)
@json_option
def check(problem: Path, solution: Path, as_json: bool) -> None:
    """Check a solution against its problem, by code that shares nothing with the solver."""
    violations = matching.check_documents(_document(problem), _document(solution))
    words = "\n".join(violations) or "valid"
    emit({"valid": not violations, "violations": violations}, words, as_json=as_json)
    sys.exit(1 if violations else 0)


def _document(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; expected a JSON file") from error
    except ValueError as error:
        raise InputError(f"{path}: not JSON in UTF-8: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"{path}: a JSON {type(found).__name__}; expected one object")
    return found


def _told(document: dict[str, Any]) -> list[str]:
    unmatched = len(document["unmatched"])
    lines = [
        f"{document['served']:,} needs served, {unmatched:,} left over; "
        f"{document['mean_minutes']:.1f} minutes on average ({document['status']}, gap {document['gap']:.1%})"
    ]
    for name, figures in document["baselines"].items():
        words = name.replace("_", " ")
        lines.append(f"  {words}: {figures['served']:,} served, {figures['mean_minutes']:.1f} minutes")
    if "difference" in document:
        lines.append(_changed(document["difference"]))
    for name, figures in document.get("policies", {}).items():
        lines.append(
            f"  {name}: {figures['served']:,} served, {figures['mean_minutes']:.1f} minutes, "
            f"{figures['empty_parishes']} parishes with nothing, "
            f"tenth percentile {figures['p10_share']:.0%}, Gini {figures['gini']:.3f}"
        )
    return lines


def _changed(told: dict[str, Any]) -> str:
    counts = ", ".join(
        f"{len(told[name]):,} {name}" for name in ("kept", "moved", "dropped", "added", "gone")
    )
    beyond = f"; {told['least']:,} could not be kept" if told["least"] else ""
    return f"  since run {told['since']}: {counts}; at most {told['limit']:,} changes allowed{beyond}"


def _explained(found: dict[str, Any]) -> list[str]:
    if found["matched"]:
        return [
            f"{row['role']}: {row['resource']}, {row['minutes']:.0f} minutes"
            + (f", {row['slot']}" if row["slot"] else "")
            for row in found["matched"]["assignments"]
        ]
    return [_why(found["reason"]), *(_step(step) for step in found["ladder"])]


def _why(reason: dict[str, Any]) -> str:
    if reason["reason"] == "no-candidate":
        gone = [f"{row['count']:,} {TESTS_IN_WORDS[row['test']]}" for row in reason["eliminated"]]
        return f"nobody can: {', '.join(gone)}"
    if reason["reason"] == "competition":
        return (
            f"too many need the same: {reason['demand']} places wanted by {', '.join(reason['needs'])}; "
            f"{reason['capacity']} to be had"
        )
    return f"{reason['reason']}: {reason.get('role') or reason.get('quota')}"


def _step(step: dict[str, Any]) -> str:
    to = step["to"]
    change = " ".join(f"{name} {value}" for name, value in to.items()) if isinstance(to, dict) else to
    was = "" if step["from"] is None else f", now {step['from']}"
    loses = f"displaces {', '.join(step['displaces'])}" if step["displaces"] else "displaces nobody"
    helpers = ", ".join(sorted({helper["resource"] for helper in step["with"]}))
    return f"  would help: {step['change']} {change}{was} ({helpers}); {loses}"
