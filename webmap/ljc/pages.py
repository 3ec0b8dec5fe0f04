"""Addresses of an LJC's own page: the newest, one for every quarter for good, and its files."""

import flask

from geomatch.db import quarters
from webmap import here
from webmap.desk import door
from webmap.errors import ParameterError, with_ways_on
from webmap.ljc import files, pdf, picture, rooms, told
from webmap.ljc.rooms import blueprint


@blueprint.get("/")
def index() -> str:
    """Every LJC that this request may see the page of."""
    known = quarters.known(door.connection(), here.county().id) if here.house().desk else {}
    mine = {code: name for code, name in known.items() if door.may_see_ljc(code)}
    return here.page("ljc/index.html", known=mine)


@blueprint.get("/<code>")
def newest(code: str) -> str:
    """The newest quarter."""
    return _shown(rooms.page(code, None))


@blueprint.get("/<code>/<quarter>")
def quarter(code: str, quarter: str) -> flask.Response | str:
    """One quarter, for good; with .pdf, .csv, .geojson or .json after it the same as a file."""
    name, dot, kind = quarter.partition(".")
    if dot and kind not in files.KINDS:
        rooms.require(code)
        ways = [("The page itself", flask.url_for("ljc.quarter", code=code, quarter=name))]
        raise with_ways_on(ParameterError("format", "one of " + ", ".join(files.KINDS), kind), ways)
    page = rooms.page(code, name)
    return files.send(page, kind) if dot else _shown(page)


def _shown(page: told.Page) -> str:
    return here.page(
        "ljc/page.html",
        kept=rooms.every(),
        kinds=files.KINDS,
        map=picture.of(page),
        page=page,
        pdf=pdf.possible(),
        percent=told.percent,
        number=told.number,
    )
