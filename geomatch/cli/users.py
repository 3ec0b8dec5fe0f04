"""``geomatch user``: the first administrator, and anybody else, from the machine itself."""

from datetime import UTC, datetime

import click

from geomatch.cli import terminal
from geomatch.cli.terminal import county_option, emit, environment, json_option, progress_bar
from geomatch.db.tables.accounts import ROLES
from geomatch.services import people, signing
from geomatch.services.booking import By
from geomatch.services.people import Wish


@click.group()
def user() -> None:
    """Accounts: who may sign in, and as what."""


@user.command()
@click.argument("email")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Any number of them.")
@click.option("--area", metavar="ljc/SLUG", help="Whose member, with --role ljc_member.")
@click.option("--name", default="", help="As the desk's record names them.")
@county_option
@json_option
def add(
    email: str, roles: tuple[str, ...], area: str | None, name: str, county: str | None, as_json: bool
) -> None:
    """Make an account with these roles, or give them to one there is; print a link to come in by, once."""
    wishes = [Wish(role, county, area if role == "ljc_member" else None) for role in roles]
    found, by = environment(), By("command", datetime.now(UTC))
    with progress_bar() as bar, terminal.owner(bar) as door:
        number, token = people.invite(door, signing.address(email), name.strip(), wishes, by)
    link = f"{found.site}/account/link/{token}"
    document = {"account": number, "email": signing.address(email), "roles": list(roles), "link": link}
    held = ", ".join(roles).replace("ljc_member", "LJC member") or "no role"
    words = f"{email} ({held}) comes in by this link, once, within three days:\n{link}"
    emit(document, words, as_json=as_json)
