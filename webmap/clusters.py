"""Marks on a map that do not lie on top of each other: grid cells from the database, merged by distance."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from geomatch.db import pages
from geomatch.db.pages import Box, Wanted

CELL_PIXELS = (84.0, 50.0)
"""Width and height of a cell: room for one mark, which is up to 66 by 24 pixels, and for a name beside it."""

APART_PIXELS = (80.0, 46.0)
_EQUATOR_METRES_PER_PIXEL = 156543.03392804097
"""Web Mercator at zoom 0 with tiles of 256 pixels."""


@dataclass(slots=True)
class Cluster:
    """Records drawn as one mark. ``unmatched`` counts needs not matched yet, looked at or not.

    Centre and box in EPSG:27700 metres; ``single`` is the record when alone.
    """

    easting: float
    northing: float
    items: int
    needs: int
    unmatched: int
    box: Box
    single: Any = None
    aspirations: int = 0

    @property
    def offers(self) -> int:
        return self.items - self.needs - self.aspirations

    def absorb(self, other: "Cluster") -> None:
        """Take another cluster in; the centre stays with the larger, which is this one."""
        self.items += other.items
        self.needs += other.needs
        self.unmatched += other.unmatched
        self.aspirations += other.aspirations
        self.single = None
        self.box = Box(
            min(self.box.west, other.box.west),
            min(self.box.south, other.box.south),
            max(self.box.east, other.box.east),
            max(self.box.north, other.box.north),
        )


def metres_per_pixel(zoom: float, lat: float) -> float:
    """Ground metres under one pixel of a Web Mercator map."""
    return float(_EQUATOR_METRES_PER_PIXEL * math.cos(math.radians(lat)) / 2**zoom)


def gather(
    connection: sa.Connection, county: int, wanted: Wanted, box: Box, *, metres: float
) -> list[Cluster]:
    """Needs and offers in a box, merged wherever their marks would touch at ``metres`` a pixel."""
    width, height = CELL_PIXELS
    cells = pages.cells(connection, county, wanted, box, cell_metres=(width * metres, height * metres))
    return merge((_cluster(row) for row in cells), metres=metres)


def merge(clusters: Iterable[Cluster], *, metres: float) -> list[Cluster]:
    """Each cluster in turn, the fullest first, takes in or is taken in by whatever lies too near."""
    across, down = (pixels * metres for pixels in APART_PIXELS)
    kept: list[Cluster] = []
    for cluster in clusters:
        for other in kept:
            apart = abs(other.easting - cluster.easting), abs(other.northing - cluster.northing)
            if apart[0] < across and apart[1] < down:
                other.absorb(cluster)
                break
        else:
            kept.append(cluster)
    return kept


def _cluster(row: sa.RowMapping) -> Cluster:
    return Cluster(
        easting=row["easting"],
        northing=row["northing"],
        items=row["items"],
        needs=row["needs"],
        unmatched=row["unmatched"],
        box=Box(row["west"], row["south"], row["east"], row["north"]),
        single=row if row["items"] == 1 else None,
        aspirations=row["aspirations"],
    )
