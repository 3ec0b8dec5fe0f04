"""Parishes of an LJC shaded by how many of their needs are left over, drawn as SVG for screen, print and PDF.

Fills stand on every path, as a strict policy and WeasyPrint both want. Each parish carries its number in the
table and its share in figures, and what was never asked is hatched: nothing is told by colour alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup, escape

from geomatch.db.runs import Rows

CLASSES = (
    (0.0, "#ffffff", "all matched"),
    (0.1, "#d0d1e6", "under 10% not matched"),
    (0.2, "#a6bddb", "10% to 19%"),
    (0.3, "#74a9cf", "20% to 29%"),
    (1.1, "#2b8cbe", "30% and over"),
)
"""(up to below, fill, words): fixed, so that quarters can be laid side by side; fills are ColorBrewer's PuBu.
The first is for exactly none, and includes it."""
NOTHING = "nothing asked"
FRAME = (700, 620)
"""Pixels across and down that parishes are drawn in at most."""
_MARGIN = 14
_INK, _EDGE = "#1d271c", "#5b6658"
_FONT = 'font-family="DejaVu Sans, Liberation Sans, Arial, sans-serif"'
_LETTER, _SIZE, _STEP, _LARGE = 7.8, 14, 16, 34
_ROAD, _ROAD_EDGE, _ROAD_B = "#ffffff", "#6b5a2b", "#b9a56a"


@dataclass(frozen=True, slots=True)
class Parish:
    """One parish to draw, in pixels: its path, a point inside, its box, and what it says.

    ``box`` is west, north, east, south; ``scale`` is in pixels a metre.
    """

    name: str
    number: int
    share: float | None
    path: str
    point: tuple[float, float]
    box: tuple[float, float, float, float]
    scale: float


def shade(share: float | None) -> int | None:
    """The class of a share of needs not matched, None where nothing was asked."""
    if share is None:
        return None
    if share <= 0:
        return 0
    return next(at for at, (below, _, _) in enumerate(CLASSES) if at and share < below)


def parishes(shapes: Rows, rows: Sequence[Mapping[str, Any]]) -> list[Parish]:
    """What there is to draw, numbered as the table is."""
    told = {row["code"]: (number, row) for number, row in enumerate(rows, 1)}
    return [
        Parish(
            name=told[shape["code"]][1]["name"],
            number=told[shape["code"]][0],
            share=not_matched(told[shape["code"]][1]),
            path=shape["path"],
            point=(shape["x"], shape["y"]),
            box=(shape["west"], shape["north"], shape["east"], shape["south"]),
            scale=shape["scale"],
        )
        for shape in shapes
        if shape["code"] in told
    ]


def not_matched(row: Mapping[str, Any]) -> float | None:
    """The share of a row's needs that is left over."""
    share = row["share_matched"]
    return None if share is None else float(1 - share)


def legend(drawn: Sequence[Parish]) -> list[tuple[str, str, int]]:
    """(fill, words, number of parishes) of every class, and what was never asked last."""
    counts = [shade(each.share) for each in drawn]
    told = [(fill, words, counts.count(at)) for at, (_, fill, words) in enumerate(CLASSES)]
    return [*told, ("url(#nothing)", NOTHING, counts.count(None))]


def draw(drawn: Sequence[Parish], title: str, roads: Rows = ()) -> Markup:
    """The picture, or nothing where nothing can be drawn. A small screen gets the numbers alone, large."""
    if not drawn:
        return Markup("")
    width = round(max(each.box[2] for each in drawn)) + 2 * _MARGIN
    height = round(max(each.box[3] for each in drawn)) + 2 * _MARGIN + 26
    return Markup(  # noqa: S704 - every text in it is escaped, every number is ours
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-_MARGIN} {-_MARGIN} {width} {height}" '
        f'width="{width}" height="{height}" role="img" class="choropleth"><title>{escape(title)}</title>'
        f"{_hatch('nothing')}{''.join(map(_shape, drawn))}{''.join(map(_road, roads))}"
        f'<g class="named">{"".join(map(_label, drawn))}</g>'
        f'<g class="brief" display="none">{"".join(map(_number, drawn))}</g>'
        f"{_scale_bar(drawn[0].scale, height - _MARGIN - 8)}</svg>"
    )


def swatch(fill: str, number: int) -> Markup:
    """A patch of a class's fill for the legend; ``number`` makes its pattern's name its own."""
    name = f"nothing{number}"
    pattern = _hatch(name) if fill.startswith("url") else ""
    shown = f"url(#{name})" if pattern else fill
    return Markup(  # noqa: S704 - our own words
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 26 18" width="26" height="18" '
        'aria-hidden="true">'
        f'<title>the shade of</title>{pattern}<rect x="1" y="1" width="24" height="16" fill="{shown}" '
        f'stroke="{_EDGE}"/></svg>'
    )


def _hatch(name: str) -> str:
    return (
        f'<defs><pattern id="{name}" width="7" height="7" patternUnits="userSpaceOnUse">'
        '<rect width="7" height="7" fill="#fff"/><path d="M0 7L7 0" stroke="#8d9988" stroke-width="1.2"/>'
        "</pattern></defs>"
    )


def _shape(parish: Parish) -> str:
    at = shade(parish.share)
    fill = "url(#nothing)" if at is None else CLASSES[at][1]
    return (
        f'<path d="{parish.path}" fill="{fill}" stroke="{_EDGE}" stroke-width="1.1" stroke-linejoin="round"/>'
    )


def _label(parish: Parish) -> str:
    """Number and name, or the number alone where the parish is small, and the share left over beneath."""
    west, north, east, south = parish.box
    lines = [str(parish.number)]
    for words in _broken(f"{parish.number} {parish.name}"):
        if max(map(len, words)) * _LETTER <= 0.86 * (east - west) and south - north > 44:
            lines = words
            break
    if parish.share:
        lines = [*lines, f"{parish.share:.0%}"]
    x, top = parish.point[0], parish.point[1] - (len(lines) - 1) * _STEP / 2 + _SIZE / 3
    return "".join(
        _text(line, x, top + _STEP * at, bold=bool(parish.share) and at == len(lines) - 1)
        for at, line in enumerate(lines)
    )


def _number(parish: Parish) -> str:
    x, y = parish.point
    return _text(str(parish.number), x, y + _LARGE / 3, bold=True, size=_LARGE)


def _road(road: sa.RowMapping) -> str:
    """A main road: dark with a light core where it is an A road, so that no parish's edge is taken for it."""
    lines = ((_ROAD_EDGE, 3.2), (_ROAD, 1.4)) if road["class"] == 1 else ((_ROAD_B, 1.3),)
    return "".join(
        f'<path d="{road["path"]}" fill="none" stroke="{ink}" stroke-width="{width}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
        for ink, width in lines
    )


def _broken(words: str) -> list[list[str]]:
    """A text on one line, then on two broken as evenly as may be."""
    parts = words.split(" ")
    if len(parts) < 3:
        return [[words]]
    ways = [[" ".join(parts[:at]), " ".join(parts[at:])] for at in range(2, len(parts))]
    return [[words], min(ways, key=lambda pair: max(map(len, pair)))]


def _text(line: str, x: float, y: float, *, bold: bool, size: int = _SIZE) -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="{size}" {_FONT}'
    weight = ' font-weight="700"' if bold else ""
    told = escape(line)
    halo = f'<text {where}{weight} fill="#fff" stroke="#fff" stroke-width="3" stroke-linejoin="round">'
    return f'{halo}{told}</text><text {where}{weight} fill="{_INK}">{told}</text>'


def _scale_bar(scale: float, y: int) -> str:
    metres = next((each for each in (10_000, 5_000, 2_000, 1_000, 500) if each * scale < 130), 200)
    end = metres * scale
    told = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    line = f'<path d="M0 {y - 5}V{y}H{end:.1f}V{y - 5}" fill="none" stroke="{_INK}"/>'
    return f'{line}<text x="{end + 6:.1f}" y="{y}" font-size="{_SIZE}" fill="{_INK}" {_FONT}>{told}</text>'
