"""Ways split at junctions, fords marked, roads parted at barriers: strands of nodes to a road graph."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geomatch import crs
from geomatch.errors import InputError
from geomatch.importers.osm_tags import Road
from geomatch.model import Mode
from geomatch.roads import (
    MODES,
    NOT_ALLOWED,
    RoadClass,
    RoadFlag,
    RoadGraph,
    SpeedTable,
    deciseconds,
    permission,
)

_DEGREES_PER_UNIT = 1e-7
"""osmium holds longitude and latitude as whole ten-millionths of a degree."""

_GRID_METRES = (0.0, 0.0, 800_000.0, 1_400_000.0)
"""The National Grid's squares with letters, all of Great Britain."""


@dataclass(frozen=True, slots=True)
class Strand:
    """One way, or an unbroken part of one.

    ``nodes`` has a row (id, longitude, latitude) for each node, the last two in ten-millionths of a degree.
    """

    way: int
    road: Road
    nodes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Pieces of road as rows into one long run of nodes: piece i is first[i] to last[i], both included."""

    ids: NDArray[np.int64]
    xy: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    owner: NDArray[np.int64]
    """The strand of each piece."""
    ends: NDArray[np.int64]
    """(m, 2) node id at either end, parted at barriers."""


def graph_of(
    strands: Sequence[Strand],
    barriers: Mapping[int, Set[Mode]],
    fords: Set[int],
    *,
    speeds: SpeedTable,
    source: str,
) -> RoadGraph:
    """The road graph of strands in the order of their way ids. ``source`` is named in refusals.

    Raises InputError when the nodes are not in Great Britain.
    """
    pieces = _split(strands, barriers, source)
    gates = _part_at_barriers(pieces, barriers)
    roads = [strands[row].road for row in pieces.owner] + [_gate(stopped) for _, stopped, _ in gates]
    ends = np.vstack(
        [pieces.ends, np.array([(node, -node) for node, _, _ in gates], np.int64).reshape(-1, 2)]
    )
    coords, offsets = _drawn(pieces, np.array([row for _, _, row in gates], dtype=np.int64))
    graph = _timed(roads, ends, coords, offsets, wet=_ford_flags(pieces, fords), speeds=speeds)
    times = graph.deciseconds.copy()
    _keep_to_timetable(times, graph.metres, pieces.owner, strands)
    return replace(graph, deciseconds=times)


def _timed(
    roads: Sequence[Road],
    ends: NDArray[np.int64],
    coords: NDArray[np.float64],
    offsets: NDArray[np.int64],
    *,
    wet: NDArray[np.int32],
    speeds: SpeedTable,
) -> RoadGraph:
    """A graph at the table's speeds; ``wet`` flags the fords among the first pieces."""
    node_ids, node_xy, rows = _nodes(ends, coords, offsets)
    metres = _lengths(coords, offsets)
    flags = np.array([road.flags for road in roads], dtype=np.int32)
    flags[: len(wet)] |= wet
    road_class = np.array([road.road_class for road in roads], dtype=np.int8)
    limit_kmh = np.array([road.limit_kmh for road in roads], dtype=np.int16)
    return RoadGraph(
        node_ids=node_ids,
        node_xy=node_xy,
        source=rows[:, 0],
        target=rows[:, 1],
        metres=metres,
        road_class=road_class,
        flags=flags,
        limit_kmh=limit_kmh,
        deciseconds=deciseconds(metres, road_class, flags, limit_kmh, speeds),
        names=tuple(road.name for road in roads),
        refs=tuple(road.ref for road in roads),
        coords=coords,
        offsets=offsets,
    )


def _split(strands: Sequence[Strand], barriers: Mapping[int, Set[Mode]], source: str) -> _Pieces:
    """Pieces between junctions: nodes used twice, ends of ways, barriers."""
    nodes = np.vstack([strand.nodes for strand in strands])
    sizes = np.array([len(strand.nodes) for strand in strands])
    ids = nodes[:, 0]
    _, inverse, uses = np.unique(ids, return_inverse=True, return_counts=True)
    breaks = (uses[inverse] > 1) | np.isin(ids, np.array(sorted(barriers), dtype=np.int64))
    last_of_strand = np.cumsum(sizes) - 1
    breaks[last_of_strand] = True
    breaks[last_of_strand - sizes + 1] = True
    at = np.flatnonzero(breaks)
    strand_of = np.repeat(np.arange(len(strands)), sizes)
    same = strand_of[at[:-1]] == strand_of[at[1:]]
    first, last = at[:-1][same], at[1:][same]
    return _Pieces(
        ids=ids,
        xy=_on_grid(nodes, source),
        first=first,
        last=last,
        owner=strand_of[first],
        ends=np.column_stack([ids[first], ids[last]]),
    )


def _on_grid(nodes: NDArray[np.int64], source: str) -> NDArray[np.float64]:
    lon, lat = nodes[:, 1] * _DEGREES_PER_UNIT, nodes[:, 2] * _DEGREES_PER_UNIT
    xy = np.column_stack(crs.from_lonlat(lon, lat))
    west, south, east, north = _GRID_METRES
    outside = ~((xy >= (west, south)) & (xy <= (east, north))).all(axis=1)
    if outside.any():
        row = int(np.flatnonzero(outside)[0])
        raise InputError(
            f"{source}: node {nodes[row, 0]} at longitude {lon[row]:.5f}, latitude {lat[row]:.5f} "
            f"({int(outside.sum())} such); expected roads of Great Britain"
        )
    return xy


def _part_at_barriers(pieces: _Pieces, barriers: Mapping[int, Set[Mode]]) -> list[tuple[int, Set[Mode], int]]:
    """Give the later of the two pieces at each barrier a node of its own; list (node, who is stopped, row).

    Where more or fewer than two pieces meet, nobody can say which way the barrier stands: it is ignored.
    """
    flat = pieces.ends.reshape(-1)
    guarded = np.flatnonzero(np.isin(flat, np.array(sorted(barriers), dtype=np.int64)))
    order = guarded[np.argsort(flat[guarded], kind="stable")]
    gates = []
    for places in np.split(order, np.flatnonzero(np.diff(flat[order])) + 1):
        if len(places) == 2:
            node, place = int(flat[places[1]]), int(places[1])
            row = int((pieces.first if place % 2 == 0 else pieces.last)[place // 2])
            flat[place] = -node
            gates.append((node, barriers[node], row))
    return gates


def _gate(stopped: Set[Mode]) -> Road:
    """The piece without length that joins the two sides of a barrier for those who may pass."""
    flags = RoadFlag(0)
    for mode in MODES:
        if mode not in stopped:
            flags |= permission(mode, forward=True) | permission(mode, forward=False)
    return Road(road_class=RoadClass.ACCESS, flags=flags, limit_kmh=0, name="", ref="")


def _drawn(pieces: _Pieces, gates: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    sizes = pieces.last - pieces.first + 1
    begins = np.cumsum(sizes) - sizes
    rows = np.arange(sizes.sum()) + np.repeat(pieces.first - begins, sizes)
    coords = pieces.xy[np.concatenate([rows, np.repeat(gates, 2)])]
    counts = np.concatenate([sizes, np.full(len(gates), 2, dtype=np.int64)])
    return coords, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _nodes(
    ends: NDArray[np.int64], coords: NDArray[np.float64], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int32]]:
    """Node ids in order, their places, and the two node rows of each piece."""
    ids, example, rows = np.unique(ends.reshape(-1), return_index=True, return_inverse=True)
    places = np.column_stack([offsets[:-1], offsets[1:] - 1]).reshape(-1)[example]
    return ids, coords[places], rows.reshape(-1, 2).astype(np.int32)


def _lengths(coords: NDArray[np.float64], offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    steps = np.linalg.norm(np.diff(coords, axis=0), axis=1)
    steps[offsets[1:-1] - 1] = 0.0  # from the end of one piece to the start of the next
    return np.asarray(np.add.reduceat(np.append(steps, 0.0), offsets[:-1]))


def _ford_flags(pieces: _Pieces, fords: Set[int]) -> NDArray[np.int32]:
    wet = np.concatenate([[0], np.cumsum(np.isin(pieces.ids, np.array(sorted(fords), dtype=np.int64)))])
    crossed = wet[pieces.last + 1] > wet[pieces.first]
    return np.where(crossed, np.int32(RoadFlag.FORD), np.int32(0))


def _keep_to_timetable(
    times: NDArray[np.int32],
    metres: NDArray[np.float64],
    owner: NDArray[np.int64],
    strands: Sequence[Strand],
) -> None:
    """Share a ferry's stated duration among its pieces by length, to the decisecond."""
    for strand in [row for row, strand in enumerate(strands) if strand.road.duration is not None]:
        rows = np.flatnonzero(owner == strand)
        duration = strands[strand].road.duration or 0
        sailed = np.concatenate([[0.0], np.cumsum(metres[rows])])
        shares = np.diff(np.rint(duration * sailed / max(sailed[-1], 1e-9))).astype(np.int32)
        times[rows] = np.where(times[rows] == NOT_ALLOWED, np.int32(NOT_ALLOWED), shares[:, None, None])
