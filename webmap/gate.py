"""The one gate before every address: who is here, and whether the address is for them."""

from datetime import timedelta
from urllib.parse import quote, urlsplit

import flask
import sqlalchemy as sa
from werkzeug.wrappers import Response

from geomatch.errors import ForbiddenError, StrangerError, UnavailableError, UnknownPlaceError
from geomatch.services import signing, visitors
from geomatch.services.credentials import Keys
from geomatch.services.visitors import Coming, Visitor
from webmap import here, limits, rules
from webmap.rules import Rule

_LARGEST = 2**63 - 1
"""The largest number that a row can have."""

_BEARER = "bearer "
_A_YEAR = timedelta(days=365)
_STEPS = {"code": "account.second", "set-up": "account.set_up"}


def attach(app: flask.Flask) -> None:
    """Stand before every address, and tell templates who is here."""
    app.before_request(_guard)
    app.after_request(_keep_nothing)
    app.jinja_env.globals["visitor"] = visitor


def door() -> sa.Engine:
    """The engine of whoever is signed in. Raises UnavailableError where these pages were given none."""
    engine = here.house().desk
    if engine is None:
        raise UnavailableError("Nobody can sign in here just now. Please try again later.")
    return engine


def keys() -> Keys:
    """What is made of the site's secret."""
    return Keys(here.house().config.secret)


def coming() -> Coming:
    """Whoever asks: from where, and with which device, in the browser's own words."""
    asked = flask.request
    place = limits.reader(asked.remote_addr, asked.headers.get("X-Forwarded-For"))
    return Coming(place, asked.headers.get("User-Agent", "")[:200], here.now())


def visitor() -> Visitor | None:
    """Who is signed in in this browser, at least half way; ``None`` for a stranger."""
    if "visitor" not in flask.g:
        token = flask.request.cookies.get(cookie_name())
        known = token and here.house().desk is not None
        flask.g.visitor = visitors.visitor(door(), token or "", here.now()) if known else None
    found: Visitor | None = flask.g.visitor
    return found


def me() -> Visitor:
    """Who is here, at an address that strangers do not come to."""
    found = visitor() or flask.g.get("program")
    assert isinstance(found, Visitor)  # noqa: S101 - the gate let them in
    return found


def may(who: Visitor | None, rule: Rule) -> bool:
    """Whether an address with this rule is for somebody."""
    if rule in (Rule.ANYBODY, Rule.LINK):
        return True
    if who is None or rule is Rule.HALF_WAY:
        return who is not None
    if who.second is not None:
        return False
    match rule:
        case Rule.SIGNED_IN:
            return True
        case Rule.ADMINISTRATOR:
            return who.is_("administrator")
        case Rule.MEMBER:
            return _member(who)
        case _:
            return who.is_("broker", here.county().id)


def _member(who: Visitor) -> bool:
    return _of_ljc(who, (flask.request.view_args or {}).get("slug"))


def may_see_ljc(slug: str) -> bool:
    """Whether whoever is here may see what members of an LJC see, and set its targets."""
    who = visitor()
    return who is not None and who.second is None and _of_ljc(who, slug)


def _of_ljc(who: Visitor, slug: str | None) -> bool:
    county = here.county().id
    return (
        who.is_member_of(county, f"ljc/{slug}")
        or who.is_("broker", county)
        or who.is_("administrator", county)
    )


def cookie_name() -> str:
    """What the browser keeps; over https a name that only this very host can set, and only over https."""
    return "__Host-geomatch-in" if secure() else "geomatch-in"


def secure() -> bool:
    """Whether the site is served over https."""
    return here.house().config.site.startswith("https://")


def let_in(answer: Response, token: str) -> Response:
    """Give the browser what keeps somebody signed in, and what it is known by when it comes again.

    What it kept of the time before, the form's token among it, is worth nothing any more.
    """
    flask.session.clear()
    who = visitors.visitor(door(), token, here.now())
    _set(answer, cookie_name(), token, visitors.LONG)
    if who is not None:
        _set(answer, _known_name(), signing.known_mark(keys(), who.email), _A_YEAR)
    return answer


def known_mark() -> str:
    """What the browser kept of an earlier time."""
    return flask.request.cookies.get(_known_name(), "")[:200]


def _known_name() -> str:
    return cookie_name().replace("-in", "-known")


def _set(answer: Response, name: str, value: str, lasts: timedelta) -> None:
    seconds = int(lasts.total_seconds())
    answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure(), path="/")


def let_out(answer: Response) -> Response:
    """Take it away again, and whatever else the browser kept of these pages."""
    answer.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=secure(), path="/")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def own_path(text: str | None, otherwise: str) -> str:
    """A path of this very site, as it was given; anything that might lead elsewhere becomes ``otherwise``."""
    given = text or ""
    plain = given.startswith("/") and not given.startswith(("//", "/\\")) and "\\" not in given
    if not plain or any(ord(letter) < 33 for letter in given):
        return otherwise
    parts = urlsplit(given)
    return otherwise if parts.scheme or parts.netloc else given


def wanted() -> str:
    """Where somebody wanted to go before they were asked to sign in; empty when nowhere of ours."""
    return own_path(flask.request.args.get("next"), "")


def _keep_nothing(answer: flask.Response) -> flask.Response:
    """Nothing that is not for anybody is kept by a browser, or by anything between."""
    asked = flask.request.endpoint
    rule = asked and rules.rule(asked)
    if rule is Rule.LINK:
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers["X-Robots-Tag"] = "noindex"
    elif rule is not Rule.ANYBODY:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _guard() -> Response | None:
    asked = flask.request
    if asked.endpoint is None:
        return None
    for name, value in (asked.view_args or {}).items():
        if isinstance(value, int) and value > _LARGEST:
            raise UnknownPlaceError(f"{name}: there is none of so large a number")
    rule = rules.rule(asked.endpoint)
    if rule is None:
        raise ForbiddenError(f"No rule says who may come to {asked.endpoint}: state one in webmap/rules.py.")
    if rule in (Rule.ANYBODY, Rule.LINK):
        return None
    who = visitor()
    if rule is Rule.PROGRAM and asked.authorization is not None:
        who = flask.g.program = _program()
    if may(who, rule):
        return None
    return _turned_away(who, rule)


def _program() -> Visitor | None:
    given = flask.request.headers.get("Authorization", "")
    if not given.lower().startswith(_BEARER):
        return None
    return visitors.program(door(), given[len(_BEARER) :].strip(), here.now())


def _turned_away(who: Visitor | None, rule: Rule) -> Response:
    asked = flask.request
    if asked.path.startswith("/api/"):
        words = "This wants a broker's token: `Authorization: Bearer …`; one is made at /account/."
        raise StrangerError(words) if who is None else ForbiddenError(f"This is for {rule}.")
    if who is not None and who.second is not None:
        if asked.method != "GET":
            raise ForbiddenError("First give the code of your telephone; nothing was done.")
        return flask.redirect(_with_next(_STEPS[who.second]), 303)
    if who is not None:
        raise ForbiddenError(f"This page is for {rule}. You are signed in as {who.email}.")
    if asked.method != "GET":
        raise StrangerError("You are not signed in any more, so nothing was done. Sign in and send it again.")
    return flask.redirect(_with_next("account.sign_in"), 303)


def _with_next(endpoint: str) -> str:
    """The address of a step of signing in, that leads back here in the end."""
    wanted = flask.request.full_path.rstrip("?") if flask.request.method == "GET" else ""
    return flask.url_for(endpoint) + (f"?next={quote(wanted, safe='/')}" if wanted else "")
