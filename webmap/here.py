"""Where a request stands: its connection, its county, and the page drawn round what it shows."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import flask
import sqlalchemy as sa
from werkzeug.wrappers import Response

from geomatch.db import counties, merging, pages, reach
from geomatch.db.counties import County
from geomatch.db.pages import Within
from geomatch.errors import UnknownPlaceError
from webmap import keeper
from webmap.config import WebConfig
from webmap.errors import UnknownValueError
from webmap.keeper import Keeper
from webmap.memory import Memory

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class House:
    """What every request shares.

    ``engine`` reads what the public may see; ``desk`` does what a broker does; ``matcher`` makes the
    rounds and erases whoever asks for it, as the owner; ``post`` sends letters.
    """

    engine: sa.Engine
    config: WebConfig
    memory: Memory
    desk: sa.Engine | None = None
    post: Callable[[], None] = lambda: None
    matcher: sa.Engine | None = None
    keeper: Keeper | None = None


def house() -> House:
    """What every request shares."""
    shared = flask.current_app.extensions["geomatch"]
    assert isinstance(shared, House)  # noqa: S101 - set by create_app
    return shared


def connection() -> sa.Connection:
    """This request's connection, opened at first use and given back at its end.

    It only reads, each question as things stand then, so it needs no transaction round all of them.
    """
    if "connection" not in flask.g:
        flask.g.connection = house().engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    found: sa.Connection = flask.g.connection
    return found


def now() -> datetime:
    """This moment, with its zone."""
    return datetime.now(UTC)


def today() -> date:
    """The day in Britain."""
    return datetime.now(ZoneInfo("Europe/London")).date()


def every_county() -> list[County]:
    """Counties loaded, by name."""
    if "counties" not in flask.g:
        flask.g.counties = counties.every(connection())
    found: list[County] = flask.g.counties
    return found


def county() -> County:
    """The county asked for by ``?county=``, else the first by name.

    Raises UnknownPlaceError for one that is not loaded, or when none is.
    """
    loaded = every_county()
    slug = flask.request.args.get("county") or None
    if not loaded:
        raise UnknownPlaceError("no county is loaded yet; load one with: geomatch county load FILE.toml")
    for each in loaded:
        if slug in (None, each.slug):
            return each
    slugs = ", ".join(each.slug for each in loaded)
    raise UnknownValueError("county", f"no county {slug!r} is loaded; loaded: {slugs}")


def moved(what: str, ref: str, address: Callable[[str], str]) -> Response | None:
    """The way to the record that a ref answers to since two were merged, or ``None`` for any other ref.

    ``what`` is ``resource`` or ``organisation``; ``address`` makes the address of a ref.
    """
    now = merging.now_called(connection(), county().id, what, ref)
    if now is None:
        return None
    answer = flask.redirect(address(now), 301)
    answer.headers["Cache-Control"] = "no-cache"  # the merge may be undone
    return answer


def within(kind: str, code: str) -> Within:
    """Which records lie in one area. Raises UnknownValueError for one that is not loaded."""
    try:
        return pages.within(connection(), county().id, kind, code)
    except UnknownPlaceError as unknown:
        raise UnknownValueError("within", str(unknown)) from unknown


def remembered(name: str, make: Callable[[], T], *details: Hashable) -> T:
    """``make()``, or what it gave last time for this county as it stands."""
    if "version" not in flask.g:
        flask.g.version = pages.version(connection(), county().id)
    return house().memory.recall(
        (county().id, (name, *details)),
        flask.g.version,
        make,
        address=flask.request.full_path if _reads_as_stranger() else "",
        old_will_do=_reads_as_stranger() and _old_will_do(county().id, flask.g.version),
    )


def _reads_as_stranger() -> bool:
    """Whether whoever asks only reads, and is nobody in particular."""
    asked = flask.request
    known = any(name.endswith("geomatch-in") for name in asked.cookies) or "Authorization" in asked.headers
    return asked.method == "GET" and not known and keeper.MINE not in asked.environ


def _old_will_do(county: int, version: str) -> bool:
    found = house().keeper
    return found is not None and found.will_do(county, version)


def located(kind: str, day: date) -> dict[str, dict[str, str]]:
    """By ``people``, ``need``, ``resource`` and ``organisation``: id to the code of its area on a day."""
    return remembered("located", lambda: reach.located(connection(), county().id, kind, day), kind, day)


def page(template: str, **shown: Any) -> str:
    """A page of the chosen county."""
    return flask.render_template(template, county=county(), counties=every_county(), **shown)


def attach(app: flask.Flask) -> None:
    """Give connections back, and keep a chosen county in every link."""

    @app.teardown_appcontext
    def give_back(_: BaseException | None) -> None:
        for name in ("connection", "desk_connection"):
            opened = flask.g.pop(name, None)
            if opened is not None:
                opened.close()

    @app.url_defaults
    def keep_county(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint.startswith(("assets.", "basemap.")) or len(flask.g.get("counties") or ()) < 2:
            return
        values.setdefault("county", county().slug)
