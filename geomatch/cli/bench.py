"""``geomatch bench``: ratios of one run, and whether they are what we promise."""

import sys
from pathlib import Path

import click

from geomatch.cli.terminal import emit, environment, json_option, progress_bar
from geomatch.services import benches, matchbench


@click.group()
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
    """5,000 x 5,000 journeys by car, against scipy and whatever else is installed."""
    with progress_bar() as bar:
        found = benches.travel(roads, environment().home, progress=bar)
    emit(found, "\n".join(map(_told, found["rows"])), as_json=as_json)
    sys.exit(0 if found["held"] else 1)


@bench.command()
@json_option
def match(as_json: bool) -> None:
    """Up to 50,000 needs and 800,000 candidates, against OR-Tools and what people do by hand."""
    with progress_bar() as bar:
        found = matchbench.run(progress=bar)
    emit(found, "\n".join(map(_told, found["rows"])), as_json=as_json)
    sys.exit(0 if found["held"] else 1)


def _told(row: dict[str, object]) -> str:
    if row["ratio"] is None:
        return f"{row['name']}: {row['note']}"
    floor = f", floor {row['floor']:g}" if row["floor"] else ""
    same = "answers equal" if row["answers_equal"] else "ANSWERS DIFFER"
    return f"{row['name']}: {row['ratio']}x ({row['low']} to {row['high']}{floor}), {same}; {row['note']}"
