"""``geomatch letters``: what waits to be sent, and sending it."""

from datetime import UTC, datetime

import click

from geomatch import mail
from geomatch.cli import terminal
from geomatch.cli.terminal import emit, environment, json_option, progress_bar
from geomatch.db import letters as kept
from geomatch.errors import UnavailableError
from geomatch.services import letters as service


@click.command()
@click.option("--list", "only_list", is_flag=True, help="Only list what waits, with the reason.")
@json_option
def letters(only_list: bool, as_json: bool) -> None:
    """Send the letters that wait."""
    found = environment()
    with progress_bar() as bar, terminal.owner(bar) as door:
        if only_list:
            with door.connect() as connection:
                _tell(kept.unsent(connection), as_json=as_json)
            return
        postbox = mail.postbox(found.mail)
        done = service.send(door, postbox, sender=found.mail_from, now=lambda: datetime.now(UTC))
    if done.refusal:
        raise UnavailableError(f"{done.sent} letters sent, then: {done.refusal}")
    emit({"sent": done.sent}, f"{done.sent} letters sent", as_json=as_json)


def _tell(waiting: kept.Rows, *, as_json: bool) -> None:
    document = [
        {name: row[name] for name in ("id", "subject", "written_at", "due_at", "tries", "refusal")}
        for row in waiting
    ]
    words = [f"{row['id']}  {row['subject']}  {row['refusal']}".rstrip() for row in waiting]
    emit({"letters": document}, "\n".join(words) or "no letter waits", as_json=as_json)
