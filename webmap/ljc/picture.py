"""The map of a page of a quarter, with its legend."""

from dataclasses import dataclass

from markupsafe import Markup

from geomatch.db import pages, quarters
from geomatch.db.pages import Box
from geomatch.db.runs import Rows
from webmap import here
from webmap.desk import door
from webmap.ljc import choropleth, rooms
from webmap.ljc.told import Page


@dataclass(frozen=True, slots=True)
class Picture:
    """The SVG, and (patch, words, number of parishes) of every class."""

    svg: Markup
    legend: list[tuple[Markup, str, int]]


def of(page: Page) -> Picture:
    """The parishes as they are kept with the page, shaded by what is not matched."""
    shapes = quarters.shapes(
        door.connection(), rooms.number(page), page.document["code"], frame=choropleth.FRAME
    )
    drawn = choropleth.parishes(shapes, page.document["parishes"])
    title = (
        f"Map of the parishes of {page.document['name']} by the share of needs not matched; "
        "the table of parishes says the same."
    )
    legend = [
        (choropleth.swatch(fill, at), words, count)
        for at, (fill, words, count) in enumerate(choropleth.legend(drawn))
    ]
    return Picture(choropleth.draw(drawn, title, _roads(shapes)), legend)


def _roads(shapes: Rows) -> Rows:
    """The main roads of today across the frame of some shapes."""
    if not shapes:
        return ()
    scale, west, north = (shapes[0][name] for name in ("scale", "origin_easting", "origin_northing"))
    east = west + max(row["east"] for row in shapes) / scale
    south = north - max(row["south"] for row in shapes) / scale
    box = Box(west, south, east, north)
    return pages.drawn_roads(here.connection(), here.county().id, box, scale=scale)
