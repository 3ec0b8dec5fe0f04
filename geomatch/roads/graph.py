"""The road graph: plain arrays that check themselves once and are then only read."""

from dataclasses import dataclass, fields

import numpy as np
import shapely
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.roads.classes import MODES, RoadClass

NOT_ALLOWED = -1
"""In place of deciseconds where a mode may not go, or is not offered, in that direction."""

END_TOLERANCE_METRES = 1.0
"""How far a piece's drawn end may lie from its node before the two are taken to disagree."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RoadGraph:
    """Nodes and the undirected pieces of road between them, EPSG:27700 metres. n nodes, m pieces.

    Arrays become read-only. Raises InputError when they do not fit together. Two pieces may join the same
    two nodes, a piece may be a loop, and a piece may have no length.
    """

    node_ids: NDArray[np.int64]
    """(n,) the publisher's id, or the row where the publisher's is not a number; each once."""
    node_xy: NDArray[np.float64]
    """(n, 2) easting, northing."""
    source: NDArray[np.int32]
    """(m,) row of the node where the piece begins."""
    target: NDArray[np.int32]
    """(m,) row of the node where it ends."""
    metres: NDArray[np.float64]
    """(m,) length along the road."""
    road_class: NDArray[np.int8]
    """(m,) a RoadClass."""
    flags: NDArray[np.int32]
    """(m,) RoadFlag bits, permissions included."""
    limit_kmh: NDArray[np.int16]
    """(m,) stated speed limit, 0 where none is stated."""
    deciseconds: NDArray[np.int32]
    """(m, 3, 2) time by mode (in the order of MODES), forward and backward, or NOT_ALLOWED."""
    names: tuple[str, ...]
    """m road names, empty where there is none."""
    refs: tuple[str, ...]
    """m road numbers such as A488, empty where there is none."""
    coords: NDArray[np.float64]
    """(k, 2) all pieces' points one after another, ends included."""
    offsets: NDArray[np.int64]
    """(m + 1,) piece i is drawn by coords[offsets[i]:offsets[i + 1]]."""

    def __post_init__(self) -> None:
        _check_shapes(self)
        _check_nodes(self)
        _check_pieces(self)
        _check_drawing(self)
        for column in fields(self):
            value = getattr(self, column.name)
            if isinstance(value, np.ndarray):
                view = value.view()
                view.flags.writeable = False
                object.__setattr__(self, column.name, view)

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return len(self.node_ids)

    @property
    def pieces(self) -> int:
        """How many pieces of road."""
        return len(self.source)

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays (names and numbers not counted)."""
        values = (getattr(self, column.name) for column in fields(self))
        return sum(value.nbytes for value in values if isinstance(value, np.ndarray))

    def times(self, mode: Mode) -> NDArray[np.int32]:
        """(m, 2) deciseconds forward and backward for one mode, or NOT_ALLOWED."""
        return self.deciseconds[:, MODES.index(mode), :]

    def lines(self, rows: NDArray[np.integer]) -> NDArray[np.object_]:
        """LineStrings of the given pieces, EPSG:27700."""
        counts = (self.offsets[1:] - self.offsets[:-1])[rows]
        owner = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        points = self.coords[np.repeat(self.offsets[:-1][rows], counts) + within]
        return np.asarray(shapely.linestrings(points, indices=owner), dtype=object)


def _check_shapes(graph: RoadGraph) -> None:
    n, m, k = len(graph.node_ids), len(graph.source), len(graph.coords)
    expected: dict[str, tuple[tuple[int, ...], type[np.generic]]] = {
        "node_ids": ((n,), np.int64),
        "node_xy": ((n, 2), np.float64),
        "source": ((m,), np.int32),
        "target": ((m,), np.int32),
        "metres": ((m,), np.float64),
        "road_class": ((m,), np.int8),
        "flags": ((m,), np.int32),
        "limit_kmh": ((m,), np.int16),
        "deciseconds": ((m, len(MODES), 2), np.int32),
        "coords": ((k, 2), np.float64),
        "offsets": ((m + 1,), np.int64),
    }
    for name, (shape, dtype) in expected.items():
        value = getattr(graph, name)
        if value.shape != shape or value.dtype != dtype:
            raise InputError(
                f"road graph: {name} has shape {value.shape} of {value.dtype}; "
                f"expected {shape} of {np.dtype(dtype)}"
            )
    for name in ("names", "refs"):
        count = len(getattr(graph, name))
        if count != m:
            raise InputError(f"road graph: {count} {name}; expected one for each of {m} pieces")


def _check_nodes(graph: RoadGraph) -> None:
    ordered = np.sort(graph.node_ids)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if len(twice):
        raise InputError(f"road graph: node id {twice[0]} stands more than once; expected each once")
    _refuse(_bad_places(graph.node_xy), "node", "a place that is not a number", "finite metres")


def _check_pieces(graph: RoadGraph) -> None:
    for name in ("source", "target"):
        ends = getattr(graph, name)
        outside = (ends < 0) | (ends >= graph.nodes)
        _refuse(outside, "piece", f"a {name} outside the nodes", f"0 to {graph.nodes - 1}")
    _refuse(~((graph.metres >= 0) & np.isfinite(graph.metres)), "piece", "a bad length", "0 metres or more")
    _refuse(~np.isin(graph.road_class, list(RoadClass)), "piece", "an unknown road class", "a RoadClass")
    _refuse(graph.limit_kmh < 0, "piece", "a negative speed limit", "km/h, or 0 where none is stated")
    negative = np.asarray((graph.deciseconds < NOT_ALLOWED).any(axis=(1, 2)))
    _refuse(negative, "piece", "a negative time", f"deciseconds, or {NOT_ALLOWED} where not allowed")


def _check_drawing(graph: RoadGraph) -> None:
    offsets = graph.offsets
    if offsets[0] != 0 or offsets[-1] != len(graph.coords):
        raise InputError(
            f"road graph: offsets run from {offsets[0]} to {offsets[-1]}; expected 0 to {len(graph.coords)}"
        )
    _refuse(np.diff(offsets) < 2, "piece", "fewer than two points", "both its ends at least")
    _refuse(_bad_places(graph.coords), "point", "a place that is not a number", "finite metres")
    for name, at in (("source", offsets[:-1]), ("target", offsets[1:] - 1)):
        gap = np.linalg.norm(graph.coords[at] - graph.node_xy[getattr(graph, name)], axis=1)
        _refuse(
            gap > END_TOLERANCE_METRES,
            "piece",
            f"its drawn end away from its {name} node",
            f"at most {END_TOLERANCE_METRES:.0f} m between them",
        )


def _bad_places(places: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(~np.isfinite(places).all(axis=1))


def _refuse(wrong: NDArray[np.bool_], what: str, has: str, expected: str) -> None:
    rows = np.flatnonzero(wrong)
    if len(rows):
        more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
        raise InputError(f"road graph: {what} {rows[0]}{more} has {has}; expected {expected}")
