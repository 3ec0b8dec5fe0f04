"""The terminal: parse, call one service, print."""

import sys

import click

from geomatch import __version__
from geomatch.cli import counties, database, matching, pages
from geomatch.errors import EXIT_CODES, GeomatchError, code_for


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def geomatch() -> None:
    """Bring what a rural county has to the villages that need it, by minutes of travel."""


for _command in (*counties.COMMANDS, *matching.COMMANDS, *pages.COMMANDS, database.db):
    geomatch.add_command(_command)


def main() -> None:
    """Entry point: a refusal is one line on stderr and its exit code; anything else is our bug (1)."""
    try:
        geomatch()
    except GeomatchError as refusal:
        click.echo(f"geomatch: {refusal}", err=True)
        sys.exit(code_for(refusal, EXIT_CODES, 1))
