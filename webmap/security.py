"""Headers on every answer: what a page may do, how long it keeps, and how small it travels."""

import gzip
import secrets
from functools import lru_cache
from urllib.parse import urlsplit

import brotli
import flask
from werkzeug.exceptions import BadRequest

from webmap import basemap, here, rules
from webmap.rules import Rule

_POLICY = (
    "default-src 'none'; object-src 'none'; "
    "script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:{tiles}; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_TWO_YEARS = 2 * 365 * 86400

_SMALL = 600
"""Bytes below which compressing saves no packet."""

_TEXT = ("text/", "application/json", "application/geo+json", "application/problem+json", "image/svg+xml")


def nonce() -> str:
    """This answer's own number, used once; a page that carries it is never kept."""
    if "nonce" not in flask.g:
        flask.g.nonce = secrets.token_urlsafe(18)
    number: str = flask.g.nonce
    return number


def public(answer: flask.Response) -> flask.Response:
    """Let anybody keep this answer for a little while, and ask again by its ETag."""
    answer.headers.setdefault("Cache-Control", f"public, max-age={here.house().config.fresh_seconds}")
    return answer


def thorough(answer: flask.Response) -> flask.Response:
    """Shrink this answer as far as it goes: it is the same for everybody, and its small form is kept."""
    flask.g.thorough = True
    return answer


def attach(app: flask.Flask) -> None:
    """Put the headers on every answer, and make ``nonce()`` known to templates."""
    app.jinja_env.globals["nonce"] = nonce
    app.after_request(_compress)
    app.after_request(_revalidate)
    app.after_request(_protect)
    app.before_request(_only_by_our_name)


def _only_by_our_name() -> None:
    """A name that is not ours may be somebody's trick with names, and links in pages would lead there."""
    host = urlsplit(f"//{flask.request.host}").hostname or ""
    if host not in (*_LOOPBACK, urlsplit(here.house().config.site).hostname):
        raise BadRequest("This site is not called by that name. Its operator sets GEOMATCH_SITE.")


def _protect(answer: flask.Response) -> flask.Response:
    elsewhere = here.house().config.basemap_url
    tiles = f" {basemap.origin(elsewhere)}" if elsewhere else ""
    answer.headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce(), tiles=tiles)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    closed = rules.rule(flask.request.endpoint or "") not in (None, Rule.ANYBODY)
    answer.headers["Referrer-Policy"] = "same-origin" if closed else "strict-origin-when-cross-origin"
    if here.house().config.site.startswith("https://"):
        answer.headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"
    return answer


def _revalidate(answer: flask.Response) -> flask.Response:
    """An ETag on what may be kept. A page with a nonce may not: its 304 would carry another nonce."""
    answer.headers.setdefault("Cache-Control", "no-cache")
    if answer.status_code != 200 or "no-cache" in answer.headers["Cache-Control"]:
        return answer
    if not answer.headers.get("ETag"):
        answer.add_etag(weak=True)
    answer.make_conditional(flask.request)
    return answer


def _compress(answer: flask.Response) -> flask.Response:
    kind = answer.content_type or ""
    if not kind.startswith(_TEXT) or answer.status_code == 304 or answer.direct_passthrough:
        return answer
    answer.vary.add("Accept-Encoding")
    body = answer.get_data()
    accepted = flask.request.accept_encodings
    if len(body) < _SMALL or not (accepted["br"] or accepted["gzip"]):
        return answer
    encoding = "br" if accepted["br"] else "gzip"
    lasting = "immutable" in answer.headers.get("Cache-Control", "") or flask.g.get("thorough", False)
    answer.set_data(_kept(body, encoding) if lasting else _squeezed(body, encoding, thorough=False))
    answer.headers["Content-Encoding"] = encoding
    return answer


@lru_cache(maxsize=32)
def _kept(body: bytes, encoding: str) -> bytes:
    return _squeezed(body, encoding, thorough=True)


def _squeezed(body: bytes, encoding: str, *, thorough: bool) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(body, quality=11 if thorough else 4))
    return gzip.compress(body, compresslevel=9 if thorough else 6, mtime=0)
