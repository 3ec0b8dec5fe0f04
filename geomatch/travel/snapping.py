"""From a place on the map to a place on the road: one snapper for every question about journeys."""

from dataclasses import dataclass, fields, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.roads import NOT_ALLOWED, WALK_KMH
from geomatch.travel.network import Network
from geomatch.travel.reasons import REFUSALS, Reason

MAX_SNAP_METRES = 1000.0
"""How far from the road a place may lie: about twelve minutes' walk, as for the remotest farms."""

WALK_DECISECONDS_PER_METRE = 36.0 / WALK_KMH

END_METRES = 0.01
"""Nearer than this to the end of a piece counts as at the node itself, where any road may be taken."""

NO_EDGE = -1


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Snapped:
    """k places on a network, each beside a piece of road; refused ones flagged, never moved in silence.

    Times are whole deciseconds. The walk between the place and the road is counted at 4.8 km/h, in a
    straight line, at either end of a journey.
    """

    network: Network
    edge: NDArray[np.int64]
    """(k,) row in ``network.edges``, NO_EDGE where refused."""
    fraction: NDArray[np.float64]
    """(k,) how far along the piece, 0 at its source to 1 at its target."""
    metres: NDArray[np.float64]
    """(k,) from the place to the nearest road one may join, given for refused places too."""
    walk: NDArray[np.int32]
    """(k,) deciseconds of that walk."""
    leave: NDArray[np.int32]
    """(k, 2) from the place on the road to the piece's source and target, or NOT_ALLOWED."""
    arrive: NDArray[np.int32]
    """(k, 2) from the piece's source and target to the place on the road, or NOT_ALLOWED."""
    refusal: NDArray[np.int8]
    """(k,) row in REFUSALS: 0 where accepted."""

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """(k,) which places lie on the network."""
        return np.asarray(self.refusal == 0)

    def reason(self, row: int) -> Reason | None:
        """Why a place was refused, or None."""
        return REFUSALS[self.refusal[row]] if self.refusal[row] else None

    def take(self, rows: NDArray[np.integer]) -> "Snapped":
        """Some of the places, in the order given."""
        columns = {column.name: getattr(self, column.name)[rows] for column in fields(self)[1:]}
        return Snapped(network=self.network, **columns)


Places = NDArray[np.float64] | Snapped
"""Points (k, 2) in EPSG:27700 metres, or the same already snapped."""


def snap(network: Network, points: NDArray[np.float64], *, max_metres: float = MAX_SNAP_METRES) -> Snapped:
    """Put points (k, 2), EPSG:27700 metres, on the nearest piece of road of the network.

    Of pieces equally near, the first in the graph. A point farther than ``max_metres`` (exactly that far
    is near enough) or with coordinates that are not numbers is refused and says why.

    Raises InputError when the points have another shape, or ``max_metres`` is not 0 or more.
    """
    if not max_metres >= 0:
        raise InputError(f"max_metres {max_metres}; expected 0 or more")
    places = _as_points(points)
    finite = np.asarray(np.isfinite(places).all(axis=1))
    edge = np.full(len(places), NO_EDGE, dtype=np.int64)
    metres = np.full(len(places), np.inf)
    edge[finite], metres[finite] = _nearest(network.tree, places[finite])
    near = finite & (metres <= max_metres)
    refusal = _refusals(network, places, finite, near, max_metres)
    edge[~near] = NO_EDGE
    fraction = np.zeros(len(places))
    fraction[near] = _fractions(network, edge[near], places[near])
    return _with_times(network, edge, fraction, metres, refusal)


def as_snapped(network: Network, places: Places) -> Snapped:
    """Snap points; let through what is snapped already. Raises InputError when to another network."""
    if not isinstance(places, Snapped):
        return snap(network, places)
    if places.network.arcs is not network.arcs:
        raise InputError("places snapped to another network; expected the one asked about")
    return places if places.network is network else replace(places, network=network)


def onto_road(network: Network, points: NDArray[np.float64], which: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The same points (k, 2), ``which`` of them moved to the nearest road that may be joined, however far.

    For places that are only about right, as masks of homes are: how far one would walk from there to a road
    says nothing of anybody's walk.
    """
    rows = np.flatnonzero(which & np.isfinite(points).all(axis=1))
    edge, _ = _nearest(network.tree, points[rows])
    rows, lines = rows[edge != NO_EDGE], network.edge_lines[edge[edge != NO_EDGE]]
    moved = points.copy()
    along = shapely.line_locate_point(lines, shapely.points(points[rows]))
    moved[rows] = shapely.get_coordinates(shapely.line_interpolate_point(lines, along))
    return moved


def marks(
    network: Network, edge: NDArray[np.int64], fraction: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Whole deciseconds from the source forward to a place, and from it backward to the source.

    ``nan`` where that direction is not allowed. Every other time on the piece is a difference of these, so
    parts always add up to the whole.
    """
    times = network.edge_times[edge].astype(np.float64)
    times[times == NOT_ALLOWED] = np.nan
    return np.rint(times[:, 0] * fraction), np.rint(times[:, 1] * fraction)


def _as_points(points: NDArray[np.float64]) -> NDArray[np.float64]:
    array = np.asarray(points, dtype=np.float64)
    if array.size == 0:
        array = array.reshape(-1, 2)
    if array.ndim != 2 or array.shape[1] != 2:
        raise InputError(f"points of shape {array.shape}; expected (k, 2): easting and northing in metres")
    return array


def _nearest(
    tree: shapely.STRtree, points: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Row of the nearest geometry of each point, the first of equals, and metres to it."""
    row, metres = np.full(len(points), NO_EDGE, dtype=np.int64), np.full(len(points), np.inf)
    if len(tree.geometries) == 0 or len(points) == 0:
        return row, metres
    pairs, distances = tree.query_nearest(shapely.points(points), return_distance=True, all_matches=True)
    order = np.lexsort((pairs[1], pairs[0]))
    place, edge = pairs[:, order]
    firsts = np.concatenate([[True], place[1:] != place[:-1]])
    row[place[firsts]] = edge[firsts]
    metres[place[firsts]] = distances[order][firsts]
    return row, metres


def _refusals(
    network: Network,
    places: NDArray[np.float64],
    finite: NDArray[np.bool_],
    near: NDArray[np.bool_],
    max_metres: float,
) -> NDArray[np.int8]:
    refusal = np.zeros(len(places), dtype=np.int8)
    refusal[~finite] = REFUSALS.index(Reason.NOT_A_POINT)
    far = np.flatnonzero(finite & ~near)
    _, to_stray = _nearest(network.stray_tree, places[far])
    refusal[far] = np.where(
        to_stray <= max_metres,
        REFUSALS.index(Reason.DIFFERENT_COMPONENT),
        REFUSALS.index(Reason.TOO_FAR_FROM_ROAD),
    )
    return refusal


def beside(
    network: Network, edge: NDArray[np.int64], along: NDArray[np.float64], metres: NDArray[np.float64]
) -> Snapped:
    """Places known to be nearest to a piece of the network, so many metres along it; NO_EDGE is too far."""
    on = edge != NO_EDGE
    fraction = np.zeros(len(edge))
    fraction[on] = _shares(along[on], shapely.length(network.edge_lines)[edge[on]])
    refusal = np.where(on, 0, REFUSALS.index(Reason.TOO_FAR_FROM_ROAD)).astype(np.int8)
    return _with_times(network, edge, fraction, metres, refusal)


def _fractions(network: Network, edge: NDArray[np.int64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    lines = network.edge_lines[edge]
    return _shares(shapely.line_locate_point(lines, shapely.points(places)), shapely.length(lines))


def _shares(along: NDArray[np.float64], length: NDArray[np.float64]) -> NDArray[np.float64]:
    along = np.where(along <= END_METRES, 0.0, np.where(length - along <= END_METRES, length, along))
    return np.asarray(np.divide(along, length, out=np.zeros(len(along)), where=length > 0))


def _with_times(
    network: Network,
    edge: NDArray[np.int64],
    fraction: NDArray[np.float64],
    metres: NDArray[np.float64],
    refusal: NDArray[np.int8],
) -> Snapped:
    on = refusal == 0
    leave = np.full((len(edge), 2), NOT_ALLOWED, dtype=np.int32)
    arrive, walk = leave.copy(), np.zeros(len(edge), dtype=np.int32)
    leave[on], arrive[on] = _to_ends(network, edge[on], fraction[on])
    walk[on] = np.rint(metres[on] * WALK_DECISECONDS_PER_METRE)
    return Snapped(
        network=network,
        edge=edge,
        fraction=fraction,
        metres=metres,
        walk=walk,
        leave=leave,
        arrive=arrive,
        refusal=refusal,
    )


def _to_ends(
    network: Network, edge: NDArray[np.int64], fraction: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    forward, backward = marks(network, edge, fraction)
    whole_forward, whole_backward = marks(network, edge, np.ones(len(edge)))
    leave = np.column_stack([backward, whole_forward - forward])
    arrive = np.column_stack([forward, whole_backward - backward])
    for end, at_end in enumerate((fraction == 0.0, fraction == 1.0)):
        leave[at_end, end] = arrive[at_end, end] = 0.0
    return _whole(leave), _whole(arrive)


def _whole(times: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.where(np.isnan(times), NOT_ALLOWED, times).astype(np.int32)
