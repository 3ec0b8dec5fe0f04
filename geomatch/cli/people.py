"""``geomatch person``: what is here about somebody, told to them or erased."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from geomatch.cli import terminal
from geomatch.cli.terminal import county_option, emit, environment, json_option, progress_bar
from geomatch.errors import InputError
from geomatch.services import backups, persons, retaining
from geomatch.services.persons import Asker

why_option = click.option("--why", default="", help="The reason, for the audit; no names.")


@click.group()
def person() -> None:
    """Somebody's rights: everything about them, exported or erased."""


@person.command()
@click.argument("who", metavar="EMAIL|ID")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="A file; .csv or .json.")
@why_option
@county_option
@json_option
def export(who: str, output: Path | None, why: str, county: str | None, as_json: bool) -> None:
    """Tell everything about whoever goes by an e-mail address, or a volunteer's ID, as JSON or CSV.

    Needs they posted are in it, and lines of the audit about them; homes are, so keep the file as you would.
    """
    if output is not None:
        _for_its_owner_alone(output)
    with progress_bar() as bar, terminal.owner(bar) as door:
        told = persons.export(door, county, who, Asker("command", why))
    csv = output is not None and output.suffix.lower() == ".csv"
    text = persons.as_csv(told) if csv else persons.as_json(told)
    if output is None:
        click.echo(text)
        return
    output.write_text(text, "utf-8")
    rows = sum(map(len, told["records"].values()))
    emit({"file": str(output), "rows": rows}, f"{output}: {rows} rows about {who}", as_json=as_json)


def _for_its_owner_alone(file: Path) -> None:
    """Make the file, before anything is read and written down as told."""
    try:
        file.touch(mode=0o600)
        file.chmod(0o600)
    except OSError as refused:
        raise InputError(f"cannot write {file}: {refused.strerror}") from refused


@person.command()
@click.argument("who", metavar="EMAIL|ID")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@why_option
@county_option
@json_option
def erase(who: str, yes: bool, why: str, county: str | None, as_json: bool) -> None:
    """Remove everything about whoever goes by an e-mail address or a volunteer's ID; counts stay."""
    if not yes and sys.stdin.isatty():
        click.confirm(f"Everything about {who} goes for good. Erase?", abort=True)
    found = environment()
    with progress_bar() as bar, terminal.owner(bar) as door:
        by = Asker("command", why)
        done = persons.erase(door, county, who, by, secret=terminal.secret(), progress=bar)
    done["letters_in_outbox"] = persons.forget_letters(Path(found.mail), who)
    rows = sum(done["removed"].values())
    emit(done, f"{rows} rows are gone; what is left says {done['stand_in']}", as_json=as_json)


@click.command()
@json_option
def retain(as_json: bool) -> None:
    """Let go what is older than each county's [retention] says; run it every day."""
    now = datetime.now(UTC)
    with progress_bar() as bar, terminal.owner(bar) as door:
        done = retaining.retain(door, secret=terminal.secret(), now=now)
        done["backups"] = {"files": len(backups.let_go(door, environment().home, now=now))}
    told = ("; ".join(f"{county}: " + ", ".join(f"{count} {name}" for name, count in gone.items())
            for county, gone in done.items()))  # fmt: skip
    emit(done, told, as_json=as_json)
