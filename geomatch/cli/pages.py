"""``geomatch serve`` and ``geomatch up``: the map, and everything from nothing to the map."""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import click
import sqlalchemy as sa
from flask import Flask

import webmap
from geomatch.cli import basemap as drawing_maps
from geomatch.cli import serving, terminal
from geomatch.cli.terminal import emit, environment, json_option, progress_bar, today
from geomatch.db import counties
from geomatch.errors import GeomatchError
from geomatch.services import basemaps, database, firstlight, options, search, secret
from geomatch.settings import HERE, require_secret
from webmap import postman
from webmap.config import WebConfig

port_option = click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)


class PageError(GeomatchError):
    """A page of our own does not answer 200: our bug."""


@click.command()
@port_option
def serve(port: int) -> None:
    """Serve the map of whatever is loaded."""
    found = environment()
    with progress_bar() as bar, database.addresses(found.home, found.database_url, progress=bar) as addresses:
        with terminal.owner(bar) as door:
            rest = basemaps.wanting(door, found.home)
        bar.close()
        _serve(addresses, port, rest)


@click.command()
@click.option("--check", is_flag=True, help="Request every kind of page once, print a summary and leave.")
@port_option
@json_option
def up(check: bool, port: int, as_json: bool) -> None:
    """From nothing to the map: database, schema, sample county, a matching, pages."""
    found = environment()
    with progress_bar() as bar, database.addresses(found.home, found.database_url, progress=bar) as addresses:
        with terminal.owner(bar) as door:
            summary = firstlight.prepare(
                door, found.home / "sample", today=today(), progress=bar, secret=terminal.secret()
            )
            for slug in basemaps.wanting(door, found.home, closest=basemaps.ENOUGH):
                basemaps.build(door, slug, found.home, closest=basemaps.ENOUGH, progress=bar)
            rest = basemaps.wanting(door, found.home)
        if check:
            pages = _check(addresses, bar)
            bar.close()
            words = "\n".join(
                [
                    *summary.sentences(),
                    f"{pages} kinds of page answer; those behind signing in were not asked for",
                ]
            )
            emit(summary.as_dict() | {"pages": pages}, words, as_json=as_json)
            return
        bar.close()
        for sentence in summary.sentences():
            click.echo(sentence, err=True)
        _serve(addresses, port, rest)


def _serve(addresses: database.Addresses, port: int, undrawn: list[str]) -> None:
    """Serve, and meanwhile draw what is missing of the counties' maps."""
    require_secret(environment())
    site = _site(port)
    click.echo(_how_in(site), err=True)
    make, home = partial(_make, addresses, site), environment().home
    address = f"http://{serving.HOST}:{port}/"
    mine = os.getpid()
    drawing = [drawing_maps.in_the_background(slug, home) for slug in undrawn]
    try:
        serving.Pages(
            make, port=port, ready=partial(click.echo, f"The map is at {address}  (Ctrl-C stops it)")
        ).run()
    finally:
        for each in drawing if os.getpid() == mine else ():  # a worker of gunicorn's leaves by this way too
            each.terminate()


def _site(port: int) -> str:
    """How the site is called: as somebody said, else by the port it is served on."""
    said = environment().site
    return f"http://{serving.HOST}:{port}" if said == HERE else said


def _how_in(site: str) -> str:
    """What a newcomer may copy to come in as a broker, as this command was called."""
    called = "" if site == environment().site else f"GEOMATCH_SITE={site} "
    return (
        "To come in as a broker, type in another terminal: "
        f"{called}{sys.argv[0]} user add YOU@EXAMPLE.ORG --role broker --role administrator"
    )


def _make(addresses: database.Addresses, site: str) -> Flask:
    found, desk = environment(), database.desk(addresses)
    config = WebConfig(
        secret=secret.of(found.home, found.secret),
        site=site,
        basemaps=basemaps.folder(found.home),
        basemap_url=found.basemap_url,
        basemap_attribution=found.basemap_attribution,
        keeps=True,
    )
    doors = database.application(addresses), database.desk(addresses)
    threading.Thread(target=_warm, args=doors, daemon=True).start()
    post = postman.start(desk, where=found.mail, sender=found.mail_from, site=site)
    return webmap.create_app(
        database.application(addresses),
        config=config,
        desk=desk,
        matcher=database.matcher(addresses),
        post=post,
    )


def _warm(door: sa.Engine, desk: sa.Engine) -> None:
    """Read what searches and the desk look at, beside the first pages that are served."""
    with door.connect() as connection:
        for county in counties.every(connection):
            search.warm(connection, county)
    with desk.connect() as connection:
        for county in counties.every(connection):
            options.warm(connection, county, today())
    for each in (door, desk):
        each.dispose()


def _check(addresses: database.Addresses, progress: Callable[[str, int, int | None], None]) -> int:
    door = database.application(addresses)
    app = webmap.create_app(door, config=WebConfig(basemaps=basemaps.folder(environment().home)))
    with ExitStack() as stack:
        stack.callback(door.dispose)
        address = stack.enter_context(serving.briefly(app))
        paths = webmap.every_kind_of_page(app)
        for done, path in enumerate(paths):
            progress("Requesting every kind of page", done, len(paths))
            answered = serving.status(address + path)
            if answered != 200:
                raise PageError(f"{path} answered {answered}; expected 200")
    return len(paths)
