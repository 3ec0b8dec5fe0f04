"""What a public page shows: every function takes a connection and returns rows, ready to be told.

Records are named by their ``ref``. Points come as easting and northing (EPSG:27700 metres), outlines as
GeoJSON text on longitude and latitude or as SVG paths in pixels. The latest matching run counts. Nothing
here reads the schema ``homes``: a volunteer's point is the mask, and minutes to
a volunteer are to the nearest 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from geomatch.db import query
from geomatch.errors import UnknownPlaceError
from geomatch.model import ACCESSIBILITY

Row = sa.RowMapping
Rows = Sequence[sa.RowMapping]

AREA_KINDS = ("ljc", "parish", "division")
"""The kinds of area that have a page, the most telling first."""

STATES = ("unmatched", "matched", "waiting", "met")
"""What may be said of a need. ``waiting``: no matching has looked at it yet."""


@dataclass(frozen=True, slots=True)
class Within:
    """The records of one area: whole parishes, whole divisions, and parts ``parish/division``."""

    parishes: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    def parameters(self) -> dict[str, Any]:
        return {
            "parishes": list(self.parishes),
            "divisions": list(self.divisions),
            "parts": list(self.parts),
        }


@dataclass(frozen=True, slots=True)
class Near:
    """The records within reach of a place, by ref."""

    needs: tuple[str, ...]
    offers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which needs and offers to show. ``state`` speaks of needs; ``within`` None is the whole county.

    ``near`` None is at any distance.
    """

    needs: bool = True
    offers: bool = True
    state: str | None = None
    kind: str | None = None
    within: Within | None = None
    near: Near | None = None

    def parameters(self) -> dict[str, Any]:
        inside = self.within or Within()
        return {
            "everywhere": self.within is None,
            "kind": self.kind,
            "state": self.state,
        } | inside.parameters()

    def things(self) -> dict[str, Any]:
        return {"needs": self.needs, "offers": self.offers} | self.distance()

    def distance(self) -> dict[str, Any]:
        near = self.near
        return {
            "near_needs": list(near.needs) if near else None,
            "near_offers": list(near.offers) if near else None,
        }


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east and north in EPSG:27700 metres."""

    west: float
    south: float
    east: float
    north: float

    def parameters(self) -> dict[str, float]:
        return {"west": self.west, "south": self.south, "east": self.east, "north": self.north}

    def holds(self, easting: float, northing: float) -> bool:
        """Whether a point lies inside, edges included."""
        return self.west <= easting <= self.east and self.south <= northing <= self.north

    def grown(self, share: float) -> "Box":
        """The same box with a margin of ``share`` of its longer side all round."""
        margin = share * max(self.east - self.west, self.north - self.south)
        return Box(self.west - margin, self.south - margin, self.east + margin, self.north + margin)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the rows, how many there are in all, and how many of those have no point."""

    rows: Rows
    total: int
    unplaced: int


def version(connection: sa.Connection, county: int) -> str:
    """A text that changes whenever a county is loaded, matched or booked from anew, and every day."""
    return str(query.scalar(connection, "page_version", county=county))


def summary(connection: sa.Connection, county: int) -> Row:
    """Counts of a county: needs, unmatched, matched, offers but people, groups; as of when, and minutes."""
    found = query.row(connection, "page_summary", county=county)
    assert found is not None  # noqa: S101 - a query of scalars always has its row
    return found


def area_kinds(connection: sa.Connection, county: int) -> dict[str, int]:
    """How many areas of each kind with a page the county has, the most telling kind first."""
    counts = {row["kind"]: row["areas"] for row in query.rows(connection, "page_area_kinds", county=county)}
    return {kind: counts[kind] for kind in AREA_KINDS if kind in counts}


def extent(connection: sa.Connection, county: int) -> Box | None:
    """The box round every area of the county, or None before boundaries are loaded."""
    found = query.rows(connection, "page_area_kinds", county=county)
    if not found:
        return None
    return Box(
        min(row["west"] for row in found),
        min(row["south"] for row in found),
        max(row["east"] for row in found),
        max(row["north"] for row in found),
    )


def everywhere(connection: sa.Connection, county: int) -> Box | None:
    """The box round every need and offer that lies somewhere, or None when there is none."""
    found = query.row(connection, "page_everywhere", county=county)
    if found is None or found["west"] is None:
        return None
    return Box(found["west"], found["south"], found["east"], found["north"])


def within(connection: sa.Connection, county: int, kind: str, code: str) -> Within:
    """Which records lie in one area. Raises UnknownPlaceError for an area that is not loaded."""
    area(connection, county, kind, code)
    found = query.row(connection, "page_within", county=county, kind=kind, code=code)
    assert found is not None  # noqa: S101 - a query of scalars always has its row
    return Within(tuple(found["parishes"]), tuple(found["divisions"]), tuple(found["parts"]))


def items(
    connection: sa.Connection, county: int, wanted: Wanted, *, box: Box | None = None, slice_: tuple[int, int]
) -> Page:
    """Needs and offers, unmatched needs first; ``slice_`` is (how many, after how many)."""
    corners = box.parameters() if box else dict.fromkeys(("west", "south", "east", "north"))
    limit, offset = slice_
    parameters = wanted.parameters() | wanted.things() | corners
    found = query.rows(connection, "page_items", county=county, limit=limit, offset=offset, **parameters)
    if not found and offset:
        first = items(connection, county, wanted, box=box, slice_=(1, 0))
        return Page((), first.total, first.unplaced)
    return Page(found, found[0]["total"] if found else 0, found[0]["unplaced"] if found else 0)


def cells(
    connection: sa.Connection, county: int, wanted: Wanted, box: Box, *, cell_metres: tuple[float, float]
) -> Rows:
    """Needs and offers in a box gathered into grid cells of (width, height) metres, the fullest first."""
    width, height = cell_metres
    parameters = wanted.parameters() | wanted.things() | box.parameters()
    return query.rows(connection, "page_cells", county=county, width=width, height=height, **parameters)


def areas(connection: sa.Connection, county: int, kind: str, *, of: str | None = None) -> Rows:
    """Areas of one kind with counts of needs, unmatched needs, offers but people, and groups, by name.

    ``of`` counts needs and offers of one kind of resource alone.
    """
    return query.rows(connection, "page_areas", county=county, kind=kind, of=of)


def facets(connection: sa.Connection, county: int, wanted: Wanted) -> Rows:
    """How many records there are by thing, state and kind (null: of any), in the area and the reach."""
    parameters = wanted.parameters() | wanted.distance()
    del parameters["kind"], parameters["state"]
    return query.rows(connection, "page_facets", county=county, **parameters)


def points(connection: sa.Connection, county: int) -> Rows:
    """Where every need and offer lies, as everybody may see it: thing, ref, easting and northing."""
    return query.rows(connection, "page_points", county=county)


def areas_here(connection: sa.Connection, county: int, point: tuple[float, float]) -> dict[str, Row]:
    """The areas that a point (easting, northing) lies in, by kind."""
    easting, northing = point
    found = query.rows(connection, "page_here", county=county, easting=easting, northing=northing)
    return {row["kind"]: row for row in found}


def area_shapes(connection: sa.Connection, county: int, kind: str) -> Rows:
    """Outlines of one kind of area as GeoJSON text (lon, lat; five decimals), by code."""
    return query.rows(connection, "page_area_shapes", county=county, kind=kind)


def roads(connection: sa.Connection, county: int) -> Rows:
    """Main roads as GeoJSON text (lon, lat), by number; class 1 is M or A, 2 is B."""
    return query.rows(connection, "page_roads", county=county)


def road_numbers(connection: sa.Connection, county: int) -> Rows:
    """Numbers of main roads with points along each as ``lon lat, lon lat``; class 1 is M or A, 2 is B."""
    return query.rows(connection, "page_road_numbers", county=county)


def lanes(connection: sa.Connection, county: int, box: Box) -> Rows:
    """Lanes, streets and slip roads in a box as GeoJSON text (lon, lat), at most 4,000."""
    return query.rows(connection, "page_lanes", county=county, **box.parameters())


def places(connection: sa.Connection, county: int, box: Box) -> Rows:
    """Named cities (rank 1), towns (2) and villages (3) in a box, the larger first; easting and northing."""
    return query.rows(connection, "page_places", county=county, **box.parameters())


def drawn_areas(connection: sa.Connection, county: int, kind: str, box: Box, *, scale: float) -> Rows:
    """Outlines in a box as SVG paths, ``scale`` pixels a metre from the north-west corner."""
    return query.rows(
        connection, "page_drawn_areas", county=county, kind=kind, scale=scale, **box.parameters()
    )


def drawn_roads(connection: sa.Connection, county: int, box: Box, *, scale: float) -> Rows:
    """Main roads in a box as SVG paths, ``scale`` pixels a metre from the north-west corner."""
    return query.rows(connection, "page_drawn_roads", county=county, scale=scale, **box.parameters())


def drawn_lanes(connection: sa.Connection, county: int, box: Box, *, scale: float) -> str | None:
    """Lanes, streets and slip roads in a box as one SVG path, or None when there are none."""
    found = query.scalar(connection, "page_drawn_lanes", county=county, scale=scale, **box.parameters())
    return None if found is None else str(found)


def area(connection: sa.Connection, county: int, kind: str, code: str) -> Row:
    """One current area with its vintage and source. Raises UnknownPlaceError when it is not loaded."""
    found = query.row(connection, "page_area", county=county, kind=kind, code=code)
    if found is None:
        told = kind.upper() if kind == "ljc" else kind
        raise UnknownPlaceError(f"there is no {told} with the code {code!r} in this county")
    return found


def groups(connection: sa.Connection, county: int, inside: Within) -> Rows:
    """Groups in an area, small ones first."""
    return query.rows(connection, "page_area_groups", county=county, **inside.parameters())


def reasons(connection: sa.Connection, county: int, inside: Within) -> dict[str, Row]:
    """Why needs of an area are unmatched, by the need's ref."""
    found = query.rows(connection, "page_area_unmatched", county=county, **inside.parameters())
    return {row["ref"]: row for row in found}


def matches(connection: sa.Connection, county: int, inside: Within) -> dict[str, list[Row]]:
    """Matches of an area's needs, by the need's ref."""
    told: dict[str, list[Row]] = {}
    for row in query.rows(connection, "page_area_matches", county=county, **inside.parameters()):
        told.setdefault(row["need"], []).append(row)
    return told


def need(connection: sa.Connection, county: int, ref: str) -> dict[str, Any]:
    """One need with its ``roles``, ``windows`` and ``matches``. Raises UnknownPlaceError when not loaded."""
    found = query.row(connection, "page_need", county=county, ref=ref)
    if found is None or found["status"] == "withdrawn":
        raise UnknownPlaceError(f"no need {ref!r} is loaded in this county")
    return dict(found) | {
        "roles": query.rows(connection, "page_need_roles", need=found["id"]),
        "windows": query.rows(connection, "page_need_windows", need=found["id"]),
        "matches": query.rows(connection, "page_need_matches", county=county, need=found["id"]),
    }


def resource(connection: sa.Connection, county: int, ref: str) -> dict[str, Any]:
    """One resource with its ``features`` by name, ``openings`` and ``matches``.

    Raises UnknownPlaceError when it is not loaded.
    """
    found = query.row(connection, "page_resource", county=county, ref=ref)
    if found is None:
        raise UnknownPlaceError(f"nothing offered has the id {ref!r} in this county")
    stated = query.rows(connection, "page_resource_features", resource=found["id"])
    return dict(found) | {
        "features": {row["name"]: row for row in stated},
        "openings": query.rows(connection, "page_resource_openings", resource=found["id"]),
        "matches": query.rows(connection, "page_resource_matches", county=county, resource=found["id"]),
    }


def names(
    connection: sa.Connection,
    county: int,
    *,
    needs: Sequence[str] = (),
    resources: Sequence[str] = (),
    areas: Sequence[str] = (),
) -> dict[tuple[str, str], str]:
    """Names by (``need``, ``resource`` or ``area``, ref), for sentences that mention other records."""
    asked = {"needs": list(needs), "resources": list(resources), "areas": list(areas)}
    found = query.rows(connection, "page_names", county=county, **asked)
    return {(row["thing"], row["ref"]): row["name"] for row in found}


def needs(connection: sa.Connection, county: int, wanted: Wanted, *, slice_: tuple[int, int]) -> Rows:
    """Needs for other programs, by ref; ``slice_`` is (how many, after how many)."""
    limit, offset = slice_
    return query.rows(
        connection, "page_needs", county=county, limit=limit, offset=offset, **wanted.parameters()
    )


def aspirations(connection: sa.Connection, county: int, wanted: Wanted, *, slice_: tuple[int, int]) -> Rows:
    """What communities would like one day, for other programs, by ref."""
    limit, offset = slice_
    parameters = wanted.parameters()
    del parameters["state"], parameters["kind"]
    return query.rows(connection, "page_aspirations", county=county, limit=limit, offset=offset, **parameters)


def resources(connection: sa.Connection, county: int, wanted: Wanted, *, slice_: tuple[int, int]) -> Rows:
    """Resources for other programs, by ref, with what is stated of access."""
    limit, offset = slice_
    parameters = wanted.parameters()
    del parameters["state"]
    return query.rows(
        connection,
        "page_resources",
        county=county,
        access=list(ACCESSIBILITY),
        limit=limit,
        offset=offset,
        **parameters,
    )


def imports(connection: sa.Connection, county: int) -> Rows:
    """Every file imported into a county, with publisher, licence, vintage and counts."""
    return query.rows(connection, "page_imports", county=county)


def ready(connection: sa.Connection) -> Row:
    """How many counties are loaded and how many have roads."""
    found = query.row(connection, "page_ready")
    assert found is not None  # noqa: S101 - a query of scalars always has its row
    return found
