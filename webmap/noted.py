"""What was refused is written to the log of the process, so that whoever tries the doors is seen.

By status, endpoint and the number of the account: no address, no name, no word that anybody typed.
"""

import flask

from geomatch.services.visitors import Visitor

_ALWAYS = (401, 403, 429)
_PROVING = ("account.come_in", "account.use_link", "account.give_second", "account.keep_second")
"""Where somebody proves who they are: there every refusal counts."""


def attach(app: flask.Flask) -> None:
    """Look at every answer."""
    app.after_request(_note)


def stale_form() -> None:
    """A form came without its token: from another site, or too late."""
    flask.g.stale_form = True


def _note(answer: flask.Response) -> flask.Response:
    asked, status = flask.request.endpoint, answer.status_code
    if status in _ALWAYS or (status >= 400 and asked in _PROVING) or flask.g.get("stale_form"):
        who = flask.g.get("visitor") or flask.g.get("program")
        whose = f"account {who.account}" if isinstance(who, Visitor) else "a stranger"
        flask.current_app.logger.warning("refused with %d: %s by %s", status, asked or "nothing", whose)
    return answer
