"""``geomatch basemap``: a county's map in tiles, drawn from its own roads and boundaries."""

import os
import subprocess
import sys
from pathlib import Path

import click

from geomatch.cli.terminal import county_option, emit, environment, json_option, owner, progress_bar
from geomatch.services import basemaps


@click.command()
@click.option(
    "--closest",
    type=click.IntRange(basemaps.FURTHEST_OUT, basemaps.CLOSEST),
    default=basemaps.CLOSEST,
    show_default=True,
    help="The closest zoom level.",
)
@county_option
@json_option
def basemap(closest: int, county: str | None, as_json: bool) -> None:
    """Draw the map that lies under needs and offers: one PMTiles file of a county's roads and boundaries."""
    home = environment().home
    with progress_bar() as bar, owner(bar) as door:
        drawn = basemaps.build(door, county, home, closest=closest, progress=bar)
    words = (
        f"{drawn.tiles:,} tiles of zoom levels {drawn.min_zoom} to {drawn.max_zoom}, "
        f"{drawn.bytes / 1e6:.1f} MB: {drawn.file}"
    )
    emit(drawn.as_dict(), words, as_json=as_json)


def in_the_background(slug: str, home: Path) -> subprocess.Popen[bytes]:
    """Draw one county's whole map while others use the machine; it is there once it is finished."""
    command = ["nice", "-n", "15", sys.executable, "-m", "geomatch", "basemap", "--county", slug, "--json"]
    return subprocess.Popen(  # noqa: S603 - ourselves
        command,
        env=os.environ | {"GEOMATCH_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
