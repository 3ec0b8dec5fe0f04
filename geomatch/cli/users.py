"""``geomatch user``: the first administrator, and anybody else, from the machine itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
import sqlalchemy as sa

from geomatch.cli import terminal
from geomatch.cli.terminal import county_option, emit, environment, json_option, progress_bar
from geomatch.db.tables.accounts import ROLES
from geomatch.services import clerk, people, signing
from geomatch.services.booking import By
from geomatch.services.people import Wish

area_option = click.option("--area", metavar="ljc/SLUG", help="Whose member, with --role ljc_member.")
role_option = click.option("--role", required=True, type=click.Choice(ROLES), help="Which.")


@click.group()
def user() -> None:
    """Accounts: who may sign in, and as what. Every change is a line of the audit."""


@user.command()
@click.argument("email")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Any number of them.")
@area_option
@click.option("--name", default="", help="As the desk's record names them.")
@county_option
@json_option
def add(
    email: str, roles: tuple[str, ...], area: str | None, name: str, county: str | None, as_json: bool
) -> None:
    """Make an account with these roles, or give them to one there is; print a link to come in by, once."""
    wishes = [_wish(role, county, area) for role in roles]
    found, by = environment(), _by()
    with progress_bar() as bar, terminal.owner(bar) as door:
        number, token = people.invite(door, signing.address(email), name.strip(), wishes, by)
    link = f"{found.site}/account/link/{token}"
    document = {"account": number, "email": signing.address(email), "roles": list(roles), "link": link}
    held = ", ".join(roles).replace("ljc_member", "LJC member") or "no role"
    words = f"{email} ({held}) comes in by this link, once, within three days:\n{link}"
    emit(document, words, as_json=as_json)


@user.command("list")
@click.argument("text", required=False)
@json_option
def list_(text: str | None, as_json: bool) -> None:
    """Everybody with an account, or those whose address or name holds TEXT: roles, groups, sessions."""
    with progress_bar() as bar, terminal.owner(bar) as door:
        found = clerk.listed(door, text, _by())
    emit({"accounts": found}, "\n".join(map(_line, found)) or "nobody", as_json=as_json)


@user.command()
@click.argument("email")
@role_option
@area_option
@county_option
@json_option
def give(email: str, role: str, area: str | None, county: str | None, as_json: bool) -> None:
    """Give somebody one more role; without --county a broker's holds in every county."""
    wish = _wish(role, county, area)
    _change(email, lambda door, by: people.give(door, clerk.number(door, email), wish, by), as_json)


@user.command()
@click.argument("email")
@role_option
@area_option
@county_option
@json_option
def take(email: str, role: str, area: str | None, county: str | None, as_json: bool) -> None:
    """Take a role away from somebody, named as it was given."""
    wish = _wish(role, county, area)
    _change(email, lambda door, by: clerk.take(door, email, wish, by), as_json)


@user.command()
@click.argument("email")
@click.argument("group")
@county_option
@json_option
def join(email: str, group: str, county: str | None, as_json: bool) -> None:
    """Let somebody belong to GROUP (an organisation's id), and post and change things for it."""
    _change(email, lambda door, by: clerk.belong(door, email, county, group, by, yes=True), as_json)


@user.command()
@click.argument("email")
@click.argument("group")
@county_option
@json_option
def leave(email: str, group: str, county: str | None, as_json: bool) -> None:
    """Let somebody belong to GROUP no more; what they posted for it stays the group's."""
    _change(email, lambda door, by: clerk.belong(door, email, county, group, by, yes=False), as_json)


@user.command("sign-out")
@click.argument("email")
@json_option
def sign_out(email: str, as_json: bool) -> None:
    """End somebody's sessions, wherever they are signed in."""
    _change(email, lambda door, by: people.end_sessions(door, clerk.number(door, email), by), as_json)


@user.command("forget-second-step")
@click.argument("email")
@json_option
def forget_second_step(email: str, as_json: bool) -> None:
    """For who lost telephone and recovery codes: they set the second step up anew when they next come in."""
    _change(email, lambda door, by: people.forget_second(door, clerk.number(door, email), by), as_json)


@user.command()
@click.argument("email")
@click.option("--open", "again", is_flag=True, help="Open it again.")
@json_option
def close(email: str, again: bool, as_json: bool) -> None:
    """Close an account: it opens nothing, and its sessions end; what was posted stays."""
    _change(email, lambda door, by: people.close(door, clerk.number(door, email), by, yes=not again), as_json)


def _change(email: str, change: Callable[[sa.Engine, By], None], as_json: bool) -> None:
    """Change an account, then tell how it is now."""
    by = _by()
    with progress_bar() as bar, terminal.owner(bar) as door:
        change(door, by)
        now = clerk.told(door, email, by)
    emit(now, _line(now), as_json=as_json)


def _line(told: dict[str, Any]) -> str:
    """One account in a line, as a person reads it."""
    name = f" ({told['name']})" if told["name"] else ""
    roles = ", ".join(told["roles"]).replace("ljc_member", "LJC member") or "no role"
    groups = f"; belongs to {', '.join(told['groups'])}" if told["groups"] else ""
    second = "second step set up" if told["second_step"] else "no second step"
    closed = "; CLOSED" if told["closed"] else ""
    signed = "signed in nowhere" if not told["sessions"] else f"signed in {told['sessions']} times"
    return f"{told['email']}{name}: {roles}{groups}; {second}; {signed.replace(' 1 times', ' once')}{closed}"


def _wish(role: str, county: str | None, area: str | None) -> Wish:
    return Wish(role, county, area if role == "ljc_member" else None)


def _by() -> By:
    return By("command", datetime.now(UTC))
