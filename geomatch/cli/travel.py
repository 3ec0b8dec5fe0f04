"""``geomatch matrix`` and ``isochrone``: journeys over a road file, without any database."""

import json
from pathlib import Path

import click

from geomatch.cli.terminal import emit, environment, json_option, progress_bar
from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.services import trips

_FILE = click.Path(path_type=Path, dir_okay=False)

roads_option = click.option(
    "--roads", type=_FILE, required=True, metavar="F", help="An .osm.pbf, or an OS Open Roads GeoPackage."
)
mode_option = click.option("--mode", type=click.Choice([str(mode) for mode in Mode]), default=str(Mode.CAR))


@click.command()
@roads_option
@click.option("--origins", type=_FILE, required=True, help="CSV: id,lon,lat or id,easting,northing.")
@click.option("--destinations", type=_FILE, required=True, help="The same of the destinations.")
@mode_option
@click.option("--max-minutes", type=float, metavar="M", help="Leave out all pairs farther apart.")
@click.option("-o", "--output", type=_FILE, required=True, help="Where to write origin,destination,minutes.")
@json_option
def matrix(
    roads: Path,
    origins: Path,
    destinations: Path,
    mode: str,
    max_minutes: float | None,
    output: Path,
    as_json: bool,
) -> None:
    """Minutes between all origins and destinations, into a CSV file."""
    with progress_bar() as bar:
        made = trips.matrix(
            _roads(roads, mode), (origins, destinations), output, max_minutes=max_minutes, progress=bar
        )
    lost = [point for side in ("origins", "destinations") for point in made[side] if point["reason"]]
    words = [f"{output}: {made['pairs']:,} pairs in {made['seconds']:.1f} s"]
    words += [f"  {point['id']}: {point['reason']}" for point in lost]
    emit(made, "\n".join(words), as_json=as_json)


@click.command()
@roads_option
@click.option("--at", required=True, metavar="LON,LAT", help="The place, in degrees.")
@click.option("--minutes", type=float, required=True, metavar="M")
@mode_option
@click.option("--towards", is_flag=True, help="Who can reach the place, instead of what it can reach.")
@json_option
def isochrone(roads: Path, at: str, minutes: float, mode: str, towards: bool, as_json: bool) -> None:
    """Everywhere within some minutes of a place, as a GeoJSON Feature."""
    place = _lonlat(at)
    with progress_bar() as bar:
        feature = trips.isochrone(_roads(roads, mode), place, minutes=minutes, towards=towards, progress=bar)
    emit(feature, json.dumps(feature), as_json=as_json)


def _roads(file: Path, mode: str) -> trips.Roads:
    return trips.Roads(file, Mode(mode), environment().home / "roads")


def _lonlat(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--at {text!r}; expected LON,LAT, such as -2.75,52.71") from None
    return lon, lat


COMMANDS = (matrix, isochrone)
