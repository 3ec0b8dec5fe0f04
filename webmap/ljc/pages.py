"""Addresses of an LJC's own page: the newest, one for every quarter for good, and its files."""

import flask

from webmap import here
from webmap.errors import ParameterError, with_ways_on
from webmap.ljc import files, pdf, picture, rooms, told
from webmap.ljc.rooms import blueprint


@blueprint.get("/<slug>")
def newest(slug: str) -> str:
    """The newest quarter."""
    return _shown(rooms.page(slug, None))


@blueprint.get("/<slug>/<quarter>")
def quarter(slug: str, quarter: str) -> flask.Response | str:
    """One quarter, for good; with .pdf, .csv, .geojson or .json after it the same as a file."""
    name, dot, kind = quarter.partition(".")
    if dot and kind not in files.KINDS:
        rooms.require(slug)
        ways = [("The page itself", flask.url_for("ljc.quarter", slug=slug, quarter=name))]
        raise with_ways_on(ParameterError("format", "one of " + ", ".join(files.KINDS), kind), ways)
    page = rooms.page(slug, name)
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
