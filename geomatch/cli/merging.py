"""``geomatch merge``: two records of the same hall or group made one."""

from datetime import UTC, datetime

import click

from geomatch.cli.terminal import county_option, emit, json_option, owner, progress_bar
from geomatch.db import counties
from geomatch.errors import InputError
from geomatch.services import merging
from geomatch.services.booking import By


@click.command()
@click.argument("kind", type=click.Choice(sorted(merging.WHAT)))
@click.argument("kept")
@click.argument("gone")
@click.option(
    "--take",
    "takes",
    metavar="FIELD=SIDE",
    multiple=True,
    help="Whose word stays for a field: kept, gone, or both (openings and themes). May be given again.",
)
@county_option
@json_option
def merge(kind: str, kept: str, gone: str, takes: tuple[str, ...], county: str | None, as_json: bool) -> None:
    """Merge the record GONE into the record KEPT; what hangs on either hangs on KEPT.

    Where one says nothing, the other's word stays; else KEPT's, unless --take says otherwise.
    """
    given = dict(_taken(each) for each in takes)
    by = By("the command line", datetime.now(UTC))
    with progress_bar() as bar, owner(bar) as door:
        with door.connect() as connection:
            chosen = counties.chosen(connection, county)
        number = merging.merge(door, chosen.id, (kind, kept, gone), given, by)
    words = f"{gone} is part of {kept} now; the desk can undo it until the end of the day"
    emit({"merge": number, "kept": kept, "gone": gone}, words, as_json=as_json)


def _taken(text: str) -> tuple[str, str]:
    field, parted, side = text.partition("=")
    if not parted:
        raise InputError(f"--take {text!r}; expected FIELD=SIDE, such as name=gone")
    return field, side
