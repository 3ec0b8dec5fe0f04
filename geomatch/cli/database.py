"""``geomatch db``: the private server by hand."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from geomatch.cli import terminal
from geomatch.cli.terminal import emit, environment, json_option, progress_bar
from geomatch.db import cluster
from geomatch.services import backups, database


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


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def backup(file: Path, as_json: bool) -> None:
    """Write the whole database to FILE, which holds homes and people: keep it as you would keep them.

    Backups that were written from here and are older than [retention] says (three months) are removed; copies
    of them elsewhere are yours to remove.
    """
    found = environment()
    with progress_bar() as bar:
        size, gone = backups.make(found.home, found.database_url, file, now=datetime.now(UTC), progress=bar)
    document = {"file": str(file), "bytes": size, "removed": [str(each) for each in gone]}
    words = [f"{file}: {size / 2**20:,.1f} MB", *(f"removed {each}, which was too old" for each in gone)]
    emit(document, "\n".join(words), as_json=as_json)


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask before everything there is goes.")
@json_option
def restore(file: Path, yes: bool, as_json: bool) -> None:
    """Put what FILE holds in place of everything in the database, all or nothing.

    Whoever was erased since the backup, as the database that is replaced knows it, is erased again.
    """
    if not yes and sys.stdin.isatty():
        click.confirm("Everything in the database goes. Restore?", abort=True)
    found = environment()
    with progress_bar() as bar:
        done = backups.restore(found.home, found.database_url, file, secret=terminal.secret(), progress=bar)
    document = {
        "file": str(file),
        "erasures_since": done.erasures,
        "rows_erased_again": done.rows,
        "head_replaced": done.head,
    }
    emit(document, _restored(file, done), as_json=as_json)


def _restored(file: Path, done: backups.Restored) -> str:
    again = (
        f"{done.erasures} erasures made since were made again, {done.rows} rows"
        if done.erasures
        else "the database that was replaced knew of no erasure made since"
    )
    ended = f"; that which was replaced ended with {done.head}" if done.head else ""
    return (
        f"restored from {file}; {again}.\n"
        f"The audit is the backup's again and says so{ended}.\n"
        "Erase by hand whoever was erased in another database since (geomatch person erase), and type "
        "geomatch retain to let go what is too old by now."
    )


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
