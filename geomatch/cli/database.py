"""``geomatch db``: the private server by hand."""

import click

from geomatch.cli import terminal
from geomatch.cli.terminal import emit, environment, json_option, progress_bar
from geomatch.db import cluster
from geomatch.services import database


@click.group()
def db() -> None:
    """The private PostGIS server, and the address of the database."""


@db.command()
@json_option
def start(as_json: bool) -> None:
    """Start the private server and leave it running until `geomatch db stop`."""
    with progress_bar() as bar:
        cluster.keep(environment().home, progress=bar)
    _say_status(as_json)


@db.command()
@json_option
def stop(as_json: bool) -> None:
    """Stop the private server, whoever uses it."""
    stopped = cluster.stop(environment().home)
    emit({"stopped": stopped}, "stopped" if stopped else "it was not running", as_json=as_json)


@db.command()
@json_option
def status(as_json: bool) -> None:
    """Say whether the private server runs, and where."""
    _say_status(as_json)


@db.command()
@click.option("--owner", is_flag=True, help="The owner's address, who may do everything.")
@json_option
def url(owner: bool, as_json: bool) -> None:
    """Print the database's address: the application's own, least role, unless --owner."""
    found = environment()
    with database.addresses(found.home, found.database_url) as addresses:
        chosen = addresses.owner if owner else addresses.app
        emit({"url": chosen}, chosen, as_json=as_json)


@db.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database to the newest schema (every command does so by itself)."""
    with progress_bar() as bar, terminal.owner(bar) as door:
        revision = database.revision(door)
    emit({"revision": revision}, f"the schema is at {revision}", as_json=as_json)


def _say_status(as_json: bool) -> None:
    found = cluster.status(environment().home)
    words = f"{'running' if found.running else 'stopped'}, data in {found.data}"
    document = {
        "running": found.running,
        "kept": found.kept,
        "data": str(found.data),
        "socket": found.socket and str(found.socket),
        "pid": found.pid,
    }
    emit(document, words, as_json=as_json)
