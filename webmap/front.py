"""The page of the map: everything on it follows from the same filters."""

from typing import Any

import flask

from geomatch import crs
from geomatch.db import pages
from geomatch.locate import Match
from geomatch.model import PEOPLE
from geomatch.services.reachable import MINUTES
from webmap import basemap, chosen, facets, helping, here, maps, near, overlays, places, shades
from webmap.basemap import Source
from webmap.filters import COLOURS, Filters
from webmap.maps import LiveMap, Tiles, View

_EVERYTHING = 1_000_000
_COLOUR_WORDS = {"unmet": "Unmet need", "coverage": "Coverage", "none": "None"}
REACHES = (*MINUTES, 45)
"""Minutes to choose from; any other from 1 to 60 may stand in the address. Coverage is kept for fewer."""


def page(asked: Filters, spot: Match | None) -> str:
    """The map, the list, the table of areas and the form that drives them all."""
    connection, county = here.connection(), here.county()
    kinds = pages.area_kinds(connection, county.id)
    by = overlays.kind_of_area(asked)
    ground = basemap.source()
    within = pages.area(connection, county.id, *asked.within) if asked.within else None
    counts = _facets(asked)
    counted = overlays.counted(by, asked.kind) if by else []
    return here.page(
        "map.html",
        asked=asked,
        areas=counted,
        area_kind=by,
        chips=facets.chips(asked, spot, within["name"] if within else None),
        COLOURS={code: _COLOUR_WORDS[code] for code in COLOURS},
        counts=facets.facets(counts, asked),
        ground=ground,
        kinds=kinds,
        live=_live(asked, by, spot, ground),
        people=helping.told(),
        people_counted=asked.kind in (None, *PEOPLE),
        reach=facets.reach(counts, asked) if spot and asked.minutes else None,
        reaches=_reaches(asked, spot),
        shading=shades.shading(asked, by, counted) if by else None,
        spot=spot,
        things_counted=asked.kind not in PEOPLE,
        today=here.today(),
        summary=here.remembered("summary", lambda: pages.summary(connection, county.id)),
        usual_minutes=shades.USUAL_MINUTES,
        where=pages.areas_here(connection, county.id, spot.point) if spot else {},
        within=within,
        **_listed(asked),
    )


def _reaches(asked: Filters, spot: Match | None) -> list[int]:
    """Minutes to choose from: round a place, or where there is none those that coverage is kept for."""
    offered = REACHES if spot else MINUTES
    return sorted({*offered, asked.minutes or offered[0]})


def everything(asked: Filters) -> list[dict[str, Any]]:
    """Every entry of the list, for other programs."""
    wanted = chosen.wanted(asked)
    found = pages.items(here.connection(), here.county().id, wanted, slice_=(_EVERYTHING, 0)).rows
    return [_entry(row) for row in found]


def _entry(row: pages.Row) -> dict[str, Any]:
    endpoint = "public.resource" if row["thing"] == "resource" else "public.need"
    kept = ("name", "kind", "state", "asked", "parish", "parish_code", "division_code", "easting", "northing")
    first = {"thing": "offer" if row["thing"] == "resource" else row["thing"], "id": row["ref"]}
    page_ = {"page": flask.url_for(endpoint, ref=row["ref"], _external=True)}
    return first | {name: row[name] for name in kept} | page_


def _listed(asked: Filters) -> dict[str, Any]:
    """One page of the list."""
    connection, county = here.connection(), here.county().id
    size = here.house().config.page_size
    wanted, slice_ = chosen.wanted(asked), (size, (asked.page - 1) * size)
    found = here.remembered(
        "list", lambda: pages.items(connection, county, wanted, slice_=slice_), wanted, slice_
    )
    return {"found": found, "size": size, "pages": max(1, -(-found.total // size))}


def _facets(asked: Filters) -> pages.Rows:
    connection, county, wanted = here.connection(), here.county().id, chosen.wanted(asked)
    return here.remembered(
        "facets", lambda: pages.facets(connection, county, wanted), wanted.within, wanted.near
    )


def _live(asked: Filters, by: str | None, spot: Match | None, ground: Source | None) -> LiveMap | None:
    """The live map, or None before boundaries are loaded.

    Its sources are our own addresses and numbers; the page adds its filters to them by itself.
    """
    connection, county = here.connection(), here.county().id
    box = pages.extent(connection, county)
    if box is None:
        return None
    bounds = _degrees(box)
    middle = View(10, (bounds[0][0] + bounds[1][0]) / 2, (bounds[0][1] + bounds[1][1]) / 2)
    sources = _sources(by, ground) | {
        "reach": flask.url_for("overlays.reach") if spot and asked.minutes else None,
        "shades": flask.url_for("overlays.shaded", areas=by) if asked.colour != "none" else None,
        "bounds": bounds,
        "look": _look(asked),
        "fixed": asked.view is not None or (spot is not None and not asked.minutes),
        "spot": [spot.lat, spot.lon, spot.precision_metres] if spot else None,
    }
    tiles = Tiles(ground.url, ground.least, ground.most, ground.bounds, ground.offset) if ground else None
    return maps.compose(asked.view or (places.view(spot) if spot else middle), sources, tiles)


def _look(asked: Filters) -> list[list[float]] | None:
    """The corners of what is asked for: the ground within reach, or the area."""
    reached = near.around_it(asked)
    if reached is not None and not reached.shape.is_empty:
        return _degrees(pages.Box(*reached.shape.bounds))
    if not asked.within:
        return None
    shown = pages.area(here.connection(), here.county().id, *asked.within)
    return _degrees(pages.Box(shown["west"], shown["south"], shown["east"], shown["north"]))


def _sources(by: str | None, ground: Source | None) -> dict[str, Any]:
    with_ljc = by != "ljc" and "ljc" in pages.area_kinds(here.connection(), here.county().id)
    return {
        "areas": flask.url_for("api.areas", kind=by),
        "frames": flask.url_for("api.areas", kind="ljc") if with_ljc else None,
        "here": flask.url_for("overlays.where"),
        "find": flask.url_for("find.index"),
        "points": flask.url_for("layers.points"),
        "items": flask.url_for("layers.items"),
        "background": flask.url_for("layers.names" if ground else "layers.background"),
        "lanes": flask.url_for("layers.lanes"),
        "raster": ground is not None,
    }


def _degrees(box: pages.Box) -> list[list[float]]:
    """South-west and north-east corner, each as latitude and longitude."""
    lons, lats = crs.to_lonlat([box.west, box.east], [box.south, box.north])
    return [[float(lats[0]), float(lons[0])], [float(lats[1]), float(lons[1])]]
