"""``geomatch locate``: what a typed place is."""

import click

from geomatch.cli.terminal import county_option, emit, json_option, owner, progress_bar
from geomatch.db import counties
from geomatch.locate import Match, telling
from geomatch.services import finding


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("text")
@click.option(
    "--limit",
    type=click.IntRange(1, finding.MOST_MATCHES),
    default=finding.USUAL_MATCHES,
    show_default=True,
    help="How many matches at most.",
)
@county_option
@json_option
def locate(text: str, limit: int, county: str | None, as_json: bool) -> None:
    """What TEXT means: a postcode, grid reference, coordinates, UPRN or name, best match first."""
    with progress_bar() as bar, owner(bar) as door, door.connect() as connection:
        chosen = counties.chosen(connection, county)
        found = finding.locate(connection, chosen, text, limit=limit)
    words = [found.understood, *(_told(match) for match in found.matches)]
    emit(found.as_dict(), "\n".join(words), as_json=as_json)


def _told(match: Match) -> str:
    where = f"{match.lon:.5f},{match.lat:.5f}"
    outside = "" if match.in_county else ", outside the county"
    precision = telling.distance(match.precision_metres)
    return f"  {match.label} ({match.kind.replace('_', ' ')}): {where}, to within {precision}{outside}"
