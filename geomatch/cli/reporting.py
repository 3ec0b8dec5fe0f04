"""``geomatch report``: one area as a single file, to be opened anywhere."""

from pathlib import Path

import click

import webmap
from geomatch.cli.terminal import county_option, emit, environment, json_option, progress_bar, secret
from geomatch.errors import InputError
from geomatch.services import basemaps, database
from webmap import reports
from webmap.config import WebConfig


@click.command()
@click.argument("area")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE")
@county_option
@json_option
def report(area: str, out: Path, county: str | None, as_json: bool) -> None:
    """Write what is needed, offered and within reach in AREA (kind/code or a name) into one HTML file.

    It opens from a memory stick, prints, and asks no other host for anything.
    """
    found = environment()
    with progress_bar() as bar, database.addresses(found.home, found.database_url, progress=bar) as addresses:
        with database.owner(found.home, found.database_url, progress=bar) as door:
            for slug in basemaps.wanting(door, found.home, closest=basemaps.ENOUGH):
                basemaps.build(door, slug, found.home, closest=basemaps.ENOUGH, progress=bar)
        engine = database.application(addresses)
        config = WebConfig(basemaps=basemaps.folder(found.home), secret=secret().decode())
        app = webmap.create_app(engine, config=config)
        try:
            text = reports.report(app, county, area, progress=bar)
        finally:
            engine.dispose()
    try:
        out.write_text(text, "utf-8")
    except OSError as refused:
        raise InputError(f"cannot write {out}: {refused.strerror}") from refused
    emit(
        {"file": str(out), "bytes": len(text.encode())},
        f"{out}: {len(text.encode()) / 1000:.0f} KB",
        as_json=as_json,
    )
