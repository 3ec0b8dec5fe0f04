"""A county's own map: tiles that show it, the same bytes from the same input, nothing where nothing is."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from PIL import Image, ImageColor
from pmtiles.reader import MemorySource, Reader, all_tiles

from geomatch.exporters.basemap import archive, drawing, style

ZOOMS = (6, 11, 13)
WEST, SOUTH, SIDE = 350_000.0, 300_000.0, 12_000.0


def _land(order: int = 1) -> drawing.Land:
    """Two square parishes with an A road through both and a street in a village of one."""
    lines = np.array(
        [
            shapely.LineString([(WEST - 3000, SOUTH + 4000), (WEST + 27_000, SOUTH + 4000)]),
            shapely.LineString([(WEST + 2000, SOUTH + 2000), (WEST + 2300, SOUTH + 2000)]),
        ]
    )
    parishes = [shapely.box(WEST + SIDE * n, SOUTH, WEST + SIDE * (n + 1), SOUTH + SIDE) for n in (0, 1)]
    return drawing.land(
        lines[::order],
        np.array([4, 7], dtype=np.int8)[::order],
        np.array([False, True])[::order],
        {"parish": np.array(parishes, dtype=object)},
    )


def _tiles(land: drawing.Land) -> list[drawing.Tile]:
    return [tile for zoom in ZOOMS for sheet in drawing.tiles(land, zoom) for tile in sheet]


@pytest.fixture(scope="module")
def tiles() -> list[drawing.Tile]:
    return _tiles(_land())


def _colours(png: bytes) -> set[tuple[int, ...]]:
    found = Image.open(BytesIO(png)).convert("RGB").getcolors(100_000) or []
    return {colour for _, colour in found}  # type: ignore[misc]


def test_a_tile_shows_land_road_and_what_lies_beyond_in_the_exact_colours(tiles: Any) -> None:
    (whole,) = [png for zoom, _, _, png in tiles if zoom == 6]
    exact = {ImageColor.getrgb(each) for each in (style.LAND, style.BEYOND)}
    assert exact <= _colours(whole)
    close = set().union(*(_colours(png) for zoom, _, _, png in tiles if zoom == 13))
    assert {ImageColor.getrgb(each) for each in ("#f2c879", "#b98d3a", style.BUILT_UP, "#ffffff")} <= close


def test_land_without_a_road_is_drawn_and_ground_beyond_the_county_is_not(tiles: Any) -> None:
    plain = [png for zoom, _, _, png in tiles if zoom == 13 and len(_colours(png)) == 1]
    assert plain
    assert {colour for png in plain for colour in _colours(png)} == {ImageColor.getrgb(style.LAND)}


def test_the_same_county_is_the_same_bytes_whatever_the_order_of_its_roads(tmp_path: Path) -> None:
    made = []
    for order in (1, -1):
        target = tmp_path / f"{order}.pmtiles"
        archive.write(
            target, _tiles(_land(order)), bounds=(-2.8, 52.5, -2.5, 52.7), about={"drawn_from": "x"}
        )
        made.append(target.read_bytes())
    assert made[0] == made[1]


def test_another_program_reads_the_file(tiles: Any, tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.pmtiles"
    shuffled = sorted(tiles, key=lambda tile: tile[3])
    count = archive.write(target, shuffled, bounds=(-2.8, 52.5, -2.5, 52.7), about={"attribution": "Us"})
    source = MemorySource(target.read_bytes())
    header, found = Reader(source).header(), dict(all_tiles(source))
    assert count == len(found) == len(tiles)
    assert (header["min_zoom"], header["max_zoom"], header["clustered"]) == (6, 13, True)
    assert Reader(source).metadata() == {"attribution": "Us"}
    assert found == {(zoom, x, y): png for zoom, x, y, png in tiles}


def test_a_file_serves_what_it_was_drawn_from_as_close_as_it_goes(tiles: Any, tmp_path: Path) -> None:
    target = tmp_path / "a.pmtiles"
    assert not archive.serves(target, "now", 13)
    archive.write(target, tiles, bounds=(-2.8, 52.5, -2.5, 52.7), about={"drawn_from": "now"})
    assert archive.serves(target, "now", 13)
    assert not archive.serves(target, "since", 13)
    target.write_bytes(b"torn")
    assert not archive.serves(target, "now", 7)


def test_nothing_is_left_behind_when_drawing_breaks_off(tmp_path: Path) -> None:
    def broken() -> Any:
        yield (7, 62, 41, b"png")
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        archive.write(tmp_path / "a.pmtiles", broken(), bounds=(0, 0, 1, 1), about={})
    assert list(tmp_path.iterdir()) == []
