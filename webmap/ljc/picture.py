"""The map of a page of a quarter, with its legend."""

from dataclasses import dataclass

from markupsafe import Markup

from geomatch.db import quarters
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
    return Picture(choropleth.draw(drawn, title), legend)
