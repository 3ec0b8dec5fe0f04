"""The terminal: parse, call one service, print."""

import os
import sys

import click

from geomatch import __version__
from geomatch.cli.lazy import LazyGroup
from geomatch.errors import EXIT_CODES, GeomatchError, code_for

COMMANDS = {
    "basemap": ("geomatch.cli.basemap", "basemap", "Draw the map that lies under needs and offers."),
    "audit": ("geomatch.cli.auditing", "audit", "Whether the record of what was done still holds."),
    "bench": ("geomatch.cli.bench", "bench", "How fast it is, beside what one could use instead."),
    "check": ("geomatch.cli.matching", "check", "Check a solution against its problem."),
    "county": ("geomatch.cli.counties", "county", "Load a whole county from its TOML file."),
    "coverage": ("geomatch.cli.siting", "coverage", "Who is within reach, and who is left out."),
    "db": ("geomatch.cli.database", "db", "The private PostGIS server, and the database's address."),
    "explain": ("geomatch.cli.matching", "explain", "What a need was matched with, or why not."),
    "import": ("geomatch.cli.counties", "import_", "Import a publisher's own files."),
    "isochrone": ("geomatch.cli.travel", "isochrone", "Everywhere within some minutes of a place."),
    "letters": ("geomatch.cli.letters", "letters", "Send the letters that wait."),
    "locate": ("geomatch.cli.finding", "locate", "What a typed place is, and how precisely."),
    "match": ("geomatch.cli.matching", "match", "Match all open needs and keep the run."),
    "matrix": ("geomatch.cli.travel", "matrix", "Minutes between points over a road file, into a CSV file."),
    "merge": ("geomatch.cli.merging", "merge", "Make one of two records of the same hall or group."),
    "report": ("geomatch.cli.reporting", "report", "One area as a single file to take along."),
    "person": ("geomatch.cli.people", "person", "Everything about one person, exported or erased."),
    "retain": ("geomatch.cli.people", "retain", "Let go what is kept of people for long enough."),
    "search": ("geomatch.cli.searching", "search", "What is near a place, by minutes, with the reasons."),
    "serve": ("geomatch.cli.pages", "serve", "Serve the map of whatever is loaded."),
    "site": ("geomatch.cli.siting", "site", "Where so many more would do most good."),
    "snapshot": ("geomatch.cli.quarters", "snapshot", "Keep a quarter as its newest matching left it."),
    "solve": ("geomatch.cli.matching", "solve", "Solve a problem file; needs no database."),
    "up": ("geomatch.cli.pages", "up", "From nothing to the map: what scripts/run calls."),
    "user": ("geomatch.cli.users", "user", "Accounts: who may sign in, and as what."),
}

_LONG = {"basemap", "county", "import", "match", "retain", "site", "snapshot", "solve"}
"""Nobody waits for these at a page."""
_LAST = 10
"""Beside a process of the usual niceness it gets a tenth of a busy processor."""


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__)
@click.pass_context
def geomatch(called: click.Context) -> None:
    """Bring what a rural county has to the villages that need it, by minutes of travel."""
    if called.invoked_subcommand in _LONG:
        give_way()


def give_way() -> None:
    """Let everything else on this machine go first, the pages above all."""
    os.setpriority(os.PRIO_PROCESS, 0, max(_LAST, os.getpriority(os.PRIO_PROCESS, 0)))


def main() -> None:
    """Entry point: a refusal is one line on stderr and its exit code; anything else is our bug (1)."""
    try:
        geomatch()
    except GeomatchError as refusal:
        click.echo(f"geomatch: {refusal}", err=True)
        sys.exit(code_for(refusal, EXIT_CODES, 1))
