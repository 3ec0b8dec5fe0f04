"""``geomatch bench``: ratios of one run, and whether they are what we promise."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from geomatch.cli import serving
from geomatch.cli.loading import load
from geomatch.cli.terminal import emit, environment, json_option, owner, progress_bar, today
from geomatch.services import basemaps, benches, database, matchbench, searchbench, searchload, tenfold


@click.group(commands=[load])
def bench() -> None:
    """How fast it is, beside what one could use instead. Exit code 1 when a promise does not hold."""


@bench.command()
@click.option(
    "--roads",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="F",
    help="These roads and not the sample county's; without floors, which are for a county of its size.",
)
@json_option
def travel(roads: Path | None, as_json: bool) -> None:
    """5,000 x 5,000 journeys by car, against scipy, pyroutingkit and pgRouting, where installed."""
    with progress_bar() as bar:
        found = benches.travel(roads, environment().home, progress=bar)
    emit(found, _table(found["rows"]), as_json=as_json)
    sys.exit(0 if found["held"] else 1)


@bench.command()
@json_option
def match(as_json: bool) -> None:
    """Up to 50,000 needs and 800,000 candidates, against OR-Tools and what people do by hand."""
    with progress_bar() as bar:
        found = matchbench.run(progress=bar)
    emit(found, _table(found["rows"]), as_json=as_json)
    sys.exit(0 if found["held"] else 1)


@bench.command()
@click.option(
    "--roads",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="F",
    help="Compare on these roads and not the sample county's; without floors.",
)
@json_option
def search(roads: Path | None, as_json: bool) -> None:
    """The nearest halls, against pgRouting and a straight line; then 30 searches a second for half a minute.

    The searches are asked of the county that is loaded, of pages served as by `geomatch serve`. That a
    straight line answers otherwise breaks no promise: the note says how often it is wrong.
    """
    home = environment().home
    with progress_bar() as bar:
        rows = benches.search(roads, home, progress=bar)
        with owner(bar) as door:
            asked = benches.searches(door, home, today=today(), progress=bar)
            with serving.beside() as server:
                under = searchload.measured(server, asked.addresses, progress=bar)
    floors = roads is None and asked.county.illustrative
    found = searchbench.told([*rows, *searchbench.loaded(under, floors=floors)])
    emit(found, _table(found["rows"]), as_json=as_json)
    sys.exit(0 if found["held"] else 1)


@bench.command()
@json_option
def web(as_json: bool) -> None:
    """Pages, API calls and tiles of the county that is loaded, beside what is promised and stock folium.

    Once more with ten times the needs and offers, on a copy of the private database that goes afterwards;
    nobody else may use the database meanwhile.
    """
    import webmap
    from webmap import bench as web_bench
    from webmap.config import WebConfig

    found = environment()
    config = WebConfig(basemaps=basemaps.folder(found.home), reads_per_second=1_000_000)
    with progress_bar() as bar:
        with database.addresses(found.home, found.database_url, progress=bar) as addresses:
            with database.owner(found.home, found.database_url, progress=bar):
                door = database.application(addresses)
            app = webmap.create_app(door, config=config)
            rows = [*web_bench.stock(app, door, progress=bar), *web_bench.promised(app, door)]
            door.dispose()
        if not found.database_url:
            with tenfold.tenfold(found.home, progress=bar) as door:
                app = webmap.create_app(door, config=config)
                rows += web_bench.promised(app, door, more="-tenfold")
    told, held = [asdict(row) for row in rows], all(row.held for row in rows)
    emit({"rows": told, "held": held}, _table(told), as_json=as_json)
    sys.exit(0 if held else 1)


_HEAD = ("what", "times as fast", "least", "most", "floor", "answers", "theirs against ours")


def _table(rows: list[dict[str, Any]]) -> str:
    """Columns in line, one row a comparison."""
    lines = [_HEAD, *map(_told, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _told(row: dict[str, Any]) -> tuple[str, ...]:
    if row["ratio"] is None:
        return (row["name"], "-", "", "", _number(row["floor"]), "", row["note"])
    same = "equal" if row["answers_equal"] else "DIFFER"
    numbers = (_number(row[name]) for name in ("ratio", "low", "high"))
    return (row["name"], *numbers, _number(row["floor"]), same, row["note"])


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:.0f}" if number >= 100 else f"{number:.3g}"
