"""``geomatch bench load``: the pages under everything the public asks for at once."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from geomatch.cli import serving
from geomatch.cli.terminal import Bar, emit, environment, json_option, owner, progress_bar, today
from geomatch.services import basemaps, benches, database, pageload
from geomatch.services.pageload import Load

PATIENCE = 300.0
"""Seconds for what runs beside to come to its end once the load is over."""


@click.command()
@click.option(
    "--per-second",
    type=click.IntRange(1, pageload.MOST_PER_SECOND),
    default=pageload.PER_SECOND,
    show_default=True,
    help="How many requests leave every second, answered or not.",
)
@click.option(
    "--seconds",
    type=click.IntRange(1, pageload.MOST_SECONDS),
    default=pageload.SECONDS,
    show_default=True,
    help="For how long.",
)
@click.option(
    "--beside",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="NEEDS.CSV",
    help="Meanwhile match the county and import these needs; both stay done.",
)
@json_option
def load(per_second: int, seconds: int, beside: Path | None, as_json: bool) -> None:
    """Mixed public requests of pages served as by `geomatch serve`, on this machine: errors, median and p99.

    Exit code 1 when anything went wrong.
    """
    with progress_bar() as bar:
        pages, searches = _addresses(bar)
        asked = pageload.mixed(pages, searches, max(2, per_second * seconds))
        with serving.beside() as server:
            pageload.warm(server, pages, progress=bar)
            bar(f"asking {per_second} times a second for {seconds} seconds", 0, None)
            with _meanwhile(_commands(beside)) as ended:
                found = pageload.measured(server, asked, per_second)
    sound = not found.wrong and not any(ended.values())
    emit(asdict(found) | {"beside": ended, "held": sound}, _told(found, ended), as_json=as_json)
    sys.exit(0 if sound else 1)


def _addresses(bar: Bar) -> tuple[list[str], list[str]]:
    """Pages of every kind and different searches, of the first county by name."""
    import webmap

    found = environment()
    with owner(bar) as door:
        searches = benches.searches(door, found.home, today=today(), progress=bar).addresses
    with database.addresses(found.home, found.database_url, progress=bar) as addresses:
        reader = database.application(addresses)
        app = webmap.create_app(reader, config=webmap.WebConfig(basemaps=basemaps.folder(found.home)))
        pages = webmap.every_kind_of_page(app)
        reader.dispose()
    return pages, searches


def _commands(needs: Path | None) -> dict[str, list[str]]:
    return {"match": ["match"], "import": ["import", "needs", str(needs)]} if needs else {}


@contextmanager
def _meanwhile(commands: dict[str, list[str]]) -> Iterator[dict[str, int]]:
    """Run other commands while the block runs; in the end their exit codes by name."""
    running = {name: _started(words) for name, words in commands.items()}
    ended: dict[str, int] = {}
    try:
        yield ended
        for name, process in running.items():
            ended[name] = _awaited(process)
    finally:
        for process in running.values():
            process.terminate()


def _started(words: Sequence[str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "geomatch", *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ourselves


def _awaited(process: "subprocess.Popen[bytes]") -> int:
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.terminate()
        return process.wait()


def _told(found: Load, ended: dict[str, int]) -> str:
    waited = found.waited
    lines = [
        f"{found.asked:,} requests, {sum(found.wrong.values()):,} of them went wrong; half were answered "
        f"within {waited.median:,.0f} ms, 99 in 100 within {waited.p99:,.0f} ms; "
        f"{1000 * found.seconds / found.asked:.1f} ms of processor each"
    ]
    lines += [f"  {count} x {what}" for what, count in found.wrong.items()]
    lines += [f"  beside: {name} ended with exit code {code}" for name, code in ended.items()]
    return "\n".join(lines)
