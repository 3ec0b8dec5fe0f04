"""``geomatch audit``: whether what was written down is still what was written down."""

import sys

import click

from geomatch.cli import terminal
from geomatch.cli.terminal import emit, environment, json_option, progress_bar
from geomatch.db.audit import Verdict
from geomatch.services import auditing


@click.group()
def audit() -> None:
    """What was done that must be answered for: an append-only, chained record."""


@audit.command()
@click.option("--head", "heads", multiple=True, metavar="NUMBER:HASH", help="A head noted elsewhere earlier.")
@json_option
def verify(heads: tuple[str, ...], as_json: bool) -> None:
    """Make every hash again: find lines changed, missing or cut off (exit code 1).

    The end is held against the head that was kept in the home at the last check, and against any given here:
    note the one that is printed where nobody who may change the database may change it too.
    """
    found = environment()
    noted = [auditing.head(each) for each in heads]
    with progress_bar() as bar, terminal.owner(bar) as door:
        bar("checking the audit", 0, None)
        verdict = auditing.verify(door, found.home, noted=noted)
    emit(_document(verdict), _words(verdict), as_json=as_json)
    sys.exit(1 if verdict.broken else 0)


def _document(verdict: Verdict) -> dict[str, object]:
    return {
        "valid": not verdict.broken,
        "lines": verdict.lines,
        "let_go": verdict.let_go,
        "head": f"{verdict.head.number}:{verdict.head.sha256}",
        "chain": verdict.name,
        "broken": list(verdict.broken),
    }


def _words(verdict: Verdict) -> str:
    if verdict.broken:
        return "\n".join(["The audit does not hold:", *verdict.broken])
    gone = f", {verdict.let_go:,} older ones let go by their retention" if verdict.let_go else ""
    return (
        f"the audit holds: {verdict.lines:,} lines{gone}; note its head elsewhere:\n"
        f"{verdict.head.number}:{verdict.head.sha256}"
    )
