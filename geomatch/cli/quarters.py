"""``geomatch snapshot``: a quarter kept as its newest matching left it."""

from contextlib import suppress

import click
import sqlalchemy as sa

from geomatch.cli.terminal import (
    Bar,
    county_option,
    emit,
    json_option,
    owner,
    progress_bar,
    secret,
    today,
)
from geomatch.errors import InputError
from geomatch.services import quarters
from geomatch.times import Quarter


@click.command()
@click.option("--quarter", metavar="2026-q3", help="Which quarter; that of the newest matching by default.")
@county_option
@json_option
def snapshot(quarter: str | None, county: str | None, as_json: bool) -> None:
    """Keep what every LJC's page says of a quarter, and what every area reaches."""
    wanted = Quarter.read(quarter) if quarter else None
    with progress_bar() as bar, owner(bar) as door:
        asked = quarters.Asked(county, secret(), today(), wanted)
        told = quarters.keep(door, asked, progress=bar)
    if told["quarter"] is None:
        words = f"how near {told['points']} points are is kept; there are no LJCs to keep a quarter of"
    else:
        words = f"{told['quarter']} kept as of {told['as_of']}: {told['ljcs']} LJCs"
    emit(told, words, as_json=as_json)


def after_matching(door: sa.Engine, county: str | None, bar: Bar) -> None:
    """Keep the running quarter after a matching of today's."""
    with suppress(InputError):  # over and kept already: then it stays
        quarters.keep(door, quarters.Asked(county, secret(), today()), progress=bar)
