"""``geomatch search``: the few best answers near a place, with their reasons."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from geomatch.cli.terminal import county_option, emit, json_option, owner, progress_bar, today
from geomatch.db import counties
from geomatch.matching import wishes
from geomatch.matching.wishes import LAYOUTS
from geomatch.model import Mode, ResourceKind
from geomatch.services import finding, occasions
from geomatch.services import search as service
from geomatch.services.found import Found
from geomatch.services.search import Asked


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("place")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([str(kind) for kind in ResourceKind]),
    multiple=True,
    required=True,
    help="What is wanted; may be given several times.",
)
@click.option(
    "--subkind", "subkinds", multiple=True, metavar="S", help="Such as village_hall; several are any of them."
)
@click.option("--max-minutes", type=float, metavar="M", help="How far, exactly that many included.")
@click.option("--radius-metres", type=float, metavar="R", help="How far in a straight line instead.")
@click.option(
    "--mode", type=click.Choice([str(mode) for mode in Mode]), default=str(Mode.CAR), show_default=True
)
@click.option("--at", metavar="WHEN", help=f"{occasions.EXPECTED}.")
@click.option(
    "--for-minutes",
    type=click.IntRange(1, 1440),
    default=occasions.USUAL_MINUTES,
    show_default=True,
    help="How long, where WHEN does not say.",
)
@click.option("--seats", type=int, metavar="N", help="Room for so many.")
@click.option(
    "--layout", "layouts", type=click.Choice(list(LAYOUTS)), multiple=True, help="Set out so; any by default."
)
@click.option("--units", type=int, default=1, show_default=True, help="How many of it.")
@click.option(
    "--feature",
    "features",
    multiple=True,
    metavar="F",
    help="NAME, NAME=yes,unknown, NAME>=N, NAME<=N; may be given several times.",
)
@click.option("--max-pence", type=float, metavar="P", help="At most so many pence an hour.")
@click.option("--back", is_flag=True, help="Minutes out and back too.")
@click.option("--widen/--no-widen", default=True, help="Whether to look farther where there are few.")
@click.option(
    "--limit", type=click.IntRange(1, service.MOST_RESULTS), default=service.USUAL_RESULTS, show_default=True
)
@county_option
@json_option
def search(place: str, county: str | None, as_json: bool, **given: Any) -> None:
    """What is near PLACE: by minutes, with the reasons, and what was nearly found."""
    with progress_bar() as bar, owner(bar) as door, door.begin() as connection:
        chosen = counties.chosen(connection, county)
        where = finding.place(connection, chosen, place)
        seasons = partial(occasions.seasons, connection, chosen.id)
        when = given["at"] and occasions.read(
            given["at"], today=today(), minutes=given["for_minutes"], seasons=seasons
        )
        found = service.search(connection, chosen, where, _asked(given, when), now=datetime.now(UTC))
    emit(found.as_dict(), "\n".join(_told(found)), as_json=as_json)


def _asked(given: dict[str, Any], when: occasions.Occasions | None) -> Asked:
    cheap = [] if given["max_pence"] is None else [wishes.price(given["max_pence"])]
    return Asked(
        kinds=tuple(ResourceKind(kind) for kind in dict.fromkeys(given["kinds"])),
        mode=Mode(given["mode"]),
        when=when,
        minutes=given["for_minutes"],
        conditions=(*wishes.conditions(given["features"]), *cheap),
        layouts=given["layouts"] or tuple(LAYOUTS),
        **{
            name: given[name]
            for name in (
                "subkinds",
                "max_minutes",
                "radius_metres",
                "units",
                "seats",
                "limit",
                "widen",
                "back",
            )
        },
    )


def _told(found: Found) -> list[str]:
    lines = [f"Near {found.place.label}:"]
    if found.guess:
        lines.append(f"  minutes are guesses from straight lines: {found.guess}")
    if found.widened_to is not None:
        lines.append(f"  few so near; looked as far as {found.widened_to:g}")
    lines += [f"  {row['name']}: {' · '.join(row['reasons'])}" for row in found.results]
    if not found.results:
        lines.append("  nothing found")
    lines += [f"  nearly: {row['name']}: {row['why']}" for row in found.near_misses]
    return lines
