"""Forms that only our own pages can send (CSRF), and how a signed cookie is kept."""

import flask
from flask_wtf.csrf import CSRFError, CSRFProtect

from geomatch.errors import InputError
from webmap import errors, limits, noted
from webmap.config import WebConfig

MOST_BYTES = limits.MOST_BODY_BYTES
"""The largest body that anything may send us; a page that takes files says its own."""


class StaleFormError(InputError):
    """A form came without its token, or too late."""


def attach(app: flask.Flask, config: WebConfig) -> None:
    """Guard every form, and limit what can be sent."""
    app.secret_key = config.secret
    https = config.site.startswith("https://")
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        SESSION_COOKIE_NAME="__Host-geomatch" if https else "geomatch",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=12 * 3600,
    )
    CSRFProtect(app)
    app.register_error_handler(CSRFError, _stale)


def _stale(_: CSRFError) -> flask.Response:
    noted.stale_form()
    return errors.refused(
        StaleFormError("This form has lain too long, or came from elsewhere. Open its page again.")
    )
