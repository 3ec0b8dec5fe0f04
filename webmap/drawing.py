"""Maps drawn on the server as SVG: for a page without script, for print, and to say where a place is.

Colours stand on every element, never in a style sheet, so that a strict policy and a printer agree.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
import sqlalchemy as sa
from markupsafe import escape

from geomatch.db import areapages, pages
from geomatch.db.pages import Box
from webmap import words
from webmap.clusters import Cluster

LAND, BEYOND, EDGE, HERE = "#fbfaf5", "#e4e9e2", "#a9b3a4", "#f3e3b0"
MAIN, MAIN_CASE, MINOR = "#f2c879", "#b98d3a", "#f6e3b4"
NEED, OFFER, INK, MET, WISH = "#a63a0a", "#1d5a7a", "#22301f", "#5b6f1c", "#7a5a12"
_STAR = "0 -11,3 -4,10.5 -3.4,4.8 1.5,6.5 8.9,0 5,-6.5 8.9,-4.8 1.5,-10.5 -3.4,-3 -4"
_LANES_FROM = 1 / 45
"""Pixels a metre from which small roads help more than they blur."""

_FONT = 'font-family="system-ui, Segoe UI, Helvetica, Arial, sans-serif"'


@dataclass(frozen=True, slots=True)
class Frame:
    """A box of EPSG:27700 metres shown ``width`` pixels wide."""

    box: Box
    width: int

    @property
    def scale(self) -> float:
        """Pixels a metre."""
        return self.width / (self.box.east - self.box.west)

    @property
    def height(self) -> int:
        return max(1, round((self.box.north - self.box.south) * self.scale))

    def place(self, easting: float, northing: float) -> tuple[float, float]:
        """Pixels from the left and from the top."""
        return (easting - self.box.west) * self.scale, (self.box.north - northing) * self.scale


def frame(box: Box, *, width: int, shape: float) -> Frame:
    """A frame round a box, at least ``shape`` times as high as wide and at most that much."""
    wide, high = max(box.east - box.west, 1.0), max(box.north - box.south, 1.0)
    wide, high = max(wide, high / shape), max(high, wide * shape)
    middle, centre = (box.west + box.east) / 2, (box.south + box.north) / 2
    return Frame(Box(middle - wide / 2, centre - high / 2, middle + wide / 2, centre + high / 2), width)


_PATTERN = (
    '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse">'
    f'<rect width="8" height="8" fill="{LAND}"/>'
    '<path d="M0 8L8 0M-2 2L2 -2M6 10L10 6" stroke="#8a9485" stroke-width="1.4"/></pattern></defs>'
)


class Picture:
    """One SVG in the making: layers in the order they are drawn, labels where there is room."""

    def __init__(self, frame: Frame, title: str) -> None:
        self._frame = frame
        self._parts: list[str] = []
        corner = (0.0, frame.height - 36.0, 150.0, float(frame.height))
        self._taken: list[tuple[float, float, float, float]] = [corner]
        self._title = title

    def keep_clear(self, width: float, height: float) -> None:
        """No label in the bottom right corner of some pixels, where a page says something."""
        right, bottom = float(self._frame.width), float(self._frame.height)
        self._taken.append((right - width, bottom - height, right, bottom))

    def areas(
        self,
        rows: Iterable[sa.RowMapping],
        *,
        here: str | None = None,
        colour: Callable[[str], str] | None = None,
    ) -> None:
        """Outlines as land, or each in its colour; the one with the code ``here`` stands out."""
        told = list(rows)
        if colour:
            self._parts.append(_PATTERN)
        for row in sorted(told, key=lambda each: each["code"] == here):
            fill, edge, width = (HERE, "#7a5f10", 2.5) if row["code"] == here else (LAND, EDGE, 1)
            if colour:
                fill, edge = colour(row["code"]), "#3d483a"
                fill = {"hatch": "url(#hatch)", "blank": LAND}.get(fill, fill)
            faint = ' fill-opacity=".7"' if fill.startswith("#") and colour else ""
            self._parts.append(
                f'<path d="{row["path"]}" fill="{fill}"{faint} stroke="{edge}" stroke-width="{width}" '
                'stroke-linejoin="round"/>'
            )

    def outlines(self, rows: Iterable[sa.RowMapping]) -> None:
        """Thicker outlines over what is there."""
        for row in rows:
            self._parts.append(f'<path d="{row["path"]}" fill="none" stroke="#6b7a64" stroke-width="1.8"/>')

    def roads(self, rows: Sequence[sa.RowMapping]) -> None:
        """Main roads, the larger on top."""
        for row in rows:
            casing, fill, width = (MAIN_CASE, MAIN, 3.2) if row["class"] == 1 else ("#c9b375", MINOR, 2.2)
            for colour, thick in ((casing, width + 1), (fill, width - 0.4)):
                self._parts.append(
                    f'<path d="{row["path"]}" fill="none" stroke="{colour}" stroke-width="{thick:.1f}" '
                    'stroke-linecap="round" stroke-linejoin="round"/>'
                )

    def lanes(self, path: str | None) -> None:
        """Small roads, faintly."""
        if path:
            self._parts.append(f'<path d="{path}" fill="none" stroke="#d9d4c3" stroke-width="1.6"/>')

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A broken line between two points of EPSG:27700."""
        (x1, y1), (x2, y2) = self._frame.place(*start), self._frame.place(*end)
        self._parts.append(
            f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{INK}" stroke-width="1.6" '
            'stroke-dasharray="5 4" fill="none"/>'
        )

    def ground(self, shape: shapely.MultiPolygon) -> None:
        """Ground within reach (EPSG:27700): its edge is dashed, so that it does not hang on colour."""
        rings = [ring for part in shape.geoms for ring in (part.exterior, *part.interiors)]
        path = "".join(
            "M" + "L".join("{:.1f} {:.1f}".format(*self._frame.place(*point)) for point in ring.coords) + "Z"
            for ring in rings
        )
        self._parts.append(
            f'<path d="{path}" fill="#14507a" fill-opacity=".1" fill-rule="evenodd" stroke="#14507a" '
            'stroke-width="2.5" stroke-dasharray="7 5"/>'
        )

    def square(self, easting: float, northing: float, metres: float) -> None:
        """A square of ground, where no more than a square is known."""
        x, y = self._frame.place(easting - metres / 2, northing + metres / 2)
        side = metres * self._frame.scale
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{side:.1f}" height="{side:.1f}" fill="{OFFER}" '
            f'fill-opacity=".25" stroke="{OFFER}" stroke-width="1"/>'
        )

    def circle(self, easting: float, northing: float, metres: float) -> None:
        """A round of ground, where somebody is in it and nobody says where."""
        x, y = self._frame.place(easting, northing)
        self._parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{metres * self._frame.scale:.1f}" fill="{OFFER}" '
            f'fill-opacity=".2" stroke="{OFFER}" stroke-width="1"/>'
        )

    def mark(self, point: tuple[float, float], *, need: str | None, text: str = "") -> None:
        """A need in its state (square), a wish for one day (star) or an offer (round).

        Its name stands beside it where there is room.
        """
        x, y = self._frame.place(*point)
        if need == "aspiration":
            shape = f'<polygon points="{_STAR}" transform="translate({x:.1f} {y:.1f})" fill="{WISH}"'
        elif need:
            colour = MET if need in ("matched", "met") else NEED
            shape = f'<rect x="{x - 8:.1f}" y="{y - 8:.1f}" width="16" height="16" rx="3" fill="{colour}"'
        else:
            shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="{OFFER}"'
        self._parts.append(f'{shape} stroke="#fff" stroke-width="2"/>')
        self._taken.append((x - 9, y - 9, x + 9, y + 9))
        if text:
            self.label(text, point, bold=True)

    def cluster(self, cluster: Cluster) -> None:
        """Needs not matched yet about here (a tick when none is left over), wishes, and offers (right)."""
        x, y = self._frame.place(cluster.easting, cluster.northing)
        left_over = (str(cluster.unmatched), NEED) if cluster.unmatched else ("✓", MET)
        halves = [left_over] if cluster.needs else []
        halves += [(f"☆ {cluster.aspirations}", WISH)] if cluster.aspirations else []
        halves += [(str(cluster.offers), OFFER)] if cluster.offers else []
        shown = [(told, colour, 11 + 7 * len(told)) for told, colour in halves]
        left = x - sum(width for _, _, width in shown) / 2
        self._taken.append((left - 2, y - 11, 2 * x - left + 2, y + 11))
        told = words.near_here(cluster.unmatched, cluster.needs, cluster.offers, cluster.aspirations)
        self._parts.append(f'<g role="img" aria-label="{escape(told)}"><title>{escape(told)}</title>')
        for text, colour, width in shown:
            self._parts.append(
                f'<rect x="{left:.1f}" y="{y - 9:.1f}" width="{width}" height="18" rx="4" fill="{colour}" '
                f'stroke="#fff"/><text x="{left + width / 2:.1f}" y="{y + 4.5:.1f}" fill="#fff" '
                f'font-size="12" font-weight="700" text-anchor="middle" {_FONT}>{text}</text>'
            )
            left += width
        self._parts.append("</g>")

    def labels(self, rows: Iterable[sa.RowMapping], *, ranks: int) -> None:
        """Names of places up to a rank (1 city, 2 town, 3 village), the larger first, where there is room."""
        for row in rows:
            if row["rank"] <= ranks:
                self.label(row["name"], (row["easting"], row["northing"]), bold=row["rank"] < 3)

    def label(self, text: str, point: tuple[float, float], *, bold: bool = False) -> None:
        """A text as near to a point as there is room, or not at all when every spot is taken."""
        x, y = self._frame.place(*point)
        size, weight = (15, 650) if bold else (13, 400)
        half = len(text) * size * (0.33 if bold else 0.29) + 2
        for dx, dy in spots(half, far=bold):
            room = (x + dx - half, y + dy - size, x + dx + half, y + dy + 3)
            if self._free(room):
                self._taken.append(room)
                self._parts.append(
                    f'<text x="{x + dx:.1f}" y="{y + dy:.1f}" font-size="{size}" font-weight="{weight}" '
                    f'text-anchor="middle" fill="{INK}" stroke="#fff" stroke-width="3" '
                    f'stroke-linejoin="round" paint-order="stroke" {_FONT}>{escape(text)}</text>'
                )
                return

    def _free(self, room: tuple[float, float, float, float]) -> bool:
        left, top, right, bottom = room
        if left < 2 or top < 2 or right > self._frame.width - 2 or bottom > self._frame.height - 2:
            return False
        return all(right < a or left > c or bottom < b or top > d for a, b, c, d in self._taken)

    def svg(self) -> str:
        """The finished picture, with a scale bar."""
        width, height = self._frame.width, self._frame.height
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img"><title>{escape(self._title)}</title>'
            f'<rect width="{width}" height="{height}" fill="{BEYOND}"/>'
            + "".join(self._parts)
            + self._scale_bar()
            + "</svg>"
        )

    def _scale_bar(self) -> str:
        metres = next(
            (m for m in (20000, 10000, 5000, 2000, 1000, 500, 200) if m * self._frame.scale < 130), 100
        )
        end, y = 12 + metres * self._frame.scale, self._frame.height - 14
        told = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
        return (
            f'<path d="M12 {y - 5}V{y}H{end:.1f}V{y - 5}" fill="none" stroke="{INK}" stroke-width="1.5"/>'
            f'<text x="16" y="{y - 6}" font-size="13" fill="{INK}" {_FONT}>{told}</text>'
        )


def spots(half: float, *, far: bool) -> Iterator[tuple[float, float]]:
    """Where a text ``2 * half`` pixels wide may stand about its point (middle, base line), the best first."""
    yield from ((0, 5), (0, -14), (0, 22), (half + 12, 5), (-half - 12, 5))
    for across in (half * 0.6, -half * 0.6):
        yield from ((across, -14), (across, 22))
    if not far:
        return
    for away in (24, 36):
        yield from ((half + away, 5), (-half - away, 5), (0, -4 - away / 2), (0, 12 + away / 2))
        for across in (half + away / 2, -half - away / 2):
            yield from ((across, -12), (across, 20))


def ground(
    connection: sa.Connection,
    county: int,
    frame: Frame,
    *,
    title: str,
    here: tuple[str, str] | None = None,
    shaded: tuple[str, Callable[[str], str]] | None = None,
    day: date | None = None,
) -> Picture:
    """A picture of the county's areas and main roads within a frame, one area (kind, code) standing out.

    ``shaded`` is a kind of area and the colour of each by code. Areas are those of a ``day``, or of now.
    """
    picture = Picture(frame, title)
    kinds = list(pages.area_kinds(connection, county))
    kind = next((each for each in ("parish", "division") if each in kinds), "ljc")
    kind = here[0] if here else shaded[0] if shaded else kind
    box, scale = frame.box, frame.scale

    def drawn(which: str) -> pages.Rows:
        if day is None:
            return pages.drawn_areas(connection, county, which, box, scale=scale)
        return areapages.drawn(connection, county, which, day, box.parameters() | {"scale": scale})

    picture.areas(
        drawn(kind),
        here=here[1] if here else None,
        colour=shaded[1] if shaded else None,
    )
    if kind != "ljc" and "ljc" in kinds:
        picture.outlines(drawn("ljc"))
    if scale > _LANES_FROM:
        picture.lanes(pages.drawn_lanes(connection, county, box, scale=scale))
    picture.roads(pages.drawn_roads(connection, county, box, scale=scale))
    return picture


def named(point: Any) -> bool:
    """Whether a record has a point."""
    return point["easting"] is not None
