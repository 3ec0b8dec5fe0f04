"""The few colours that tiles are kept in: flat ground in its exact colour, the same for every tile."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor
from scipy.spatial import cKDTree

from geomatch.exporters.basemap import style

NOTHING = 0
"""Where ``style.BEYOND`` stands in the palette."""

_KEPT_BITS = 6
_STEP_BITS = 8 - _KEPT_BITS


def in_few_colours(sheet: Image.Image) -> Image.Image:
    """The same sheet in the palette's nearest colours; Pillow's own search would blur flat ground."""
    colours, nearest = _palette()
    steps = np.asarray(sheet, dtype=np.uint8) >> _STEP_BITS
    at = (steps[..., 0].astype(np.int32) << 2 * _KEPT_BITS) | (steps[..., 1].astype(np.int32) << _KEPT_BITS)
    few = Image.fromarray(nearest[at | steps[..., 2]])
    few.putpalette(colours)
    return few


@cache
def _palette() -> tuple[list[int], NDArray[np.uint8]]:
    """Every colour of the style and the shades between those that meet; and which is nearest to any colour.

    The same for every tile, so that no two tiles differ where they meet.
    """
    named = [style.BEYOND, style.LAND, *sorted(style.colours() - {style.BEYOND, style.LAND})]
    flat = [ImageColor.getrgb(each)[:3] for each in named]
    grounds = [ImageColor.getrgb(each)[:3] for each in (style.BEYOND, style.LAND, style.BUILT_UP)]
    shades = [_between(one, ground, share) for one in flat for ground in grounds for share in (0.5,)]
    different = np.array(list(dict.fromkeys(flat + shades)), dtype=np.int32)
    axis = np.arange(2**_KEPT_BITS, dtype=np.int32) * 2**_STEP_BITS + 2 ** (_STEP_BITS - 1)
    any_colour = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    nearest = np.asarray(cKDTree(different).query(any_colour)[1], dtype=np.uint8)
    for number, colour in reversed(list(enumerate(flat))):
        red, green, blue = (part >> _STEP_BITS for part in colour)
        nearest[(red << 2 * _KEPT_BITS) | (green << _KEPT_BITS) | blue] = number
    return different.ravel().tolist(), nearest


def _between(one: tuple[int, ...], other: tuple[int, ...], share: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
