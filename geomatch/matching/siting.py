"""Where to place so many more, with proof: set cover, maximal coverage, p-median and p-centre.

Toregas et al. (1971), Church and ReVelle (1974), Hakimi (1964); solved by HiGHS. Rows and columns are in
order of their ids before the solver sees them and ties fall as it takes them in that order, so the order of
rows in a file cannot matter.
"""

from dataclasses import dataclass
from math import fsum

import numpy as np
import scipy.sparse as sp

from geomatch.errors import InputError
from geomatch.matching import median
from geomatch.matching.places import Places
from geomatch.matching.problem import Bools, Floats, Ints
from geomatch.matching.wholes import Rows, cheapest
from geomatch.progress import Progress, silent

OBJECTIVES = ("coverage", "mean", "worst", "set-cover")
EXACT = 1e-7
"""Relative distance below which a bound is the value: what HiGHS's own tolerances come to."""


@dataclass(frozen=True, slots=True)
class Sited:
    """The sites chosen, in order of ids, and how good that is.

    ``value`` of coverage: the weight within the limit; of mean: weight times cost, summed; of worst: the
    greatest cost; of set-cover: how many sites. ``bound``: nothing can be better. ``unreached`` are the
    demands that no chosen or open site serves.
    """

    sites: tuple[str, ...]
    value: float
    bound: float
    gap: float
    unreached: tuple[str, ...]


def place(
    places: Places,
    objective: str,
    *,
    count: int | None = None,
    limit: float | None = None,
    progress: Progress = silent,
) -> Sited:
    """Choose at most ``count`` sites that are best by an objective; for set-cover as few as will do.

    Pairs that cost more than ``limit`` are out of reach. What no site at all can reach is left out, and named
    in ``unreached``. Raises InputError where ``count`` or ``limit`` is wanted and absent, for a count of less
    than 1 or more than there are sites, and when so few sites cannot reach everybody.
    """
    if objective not in OBJECTIVES:
        raise InputError(f"objective {objective!r}; expected one of {', '.join(OBJECTIVES)}")
    if limit is None and objective in ("coverage", "set-cover"):
        raise InputError(f"objective {objective}: no limit given; expected --max-minutes")
    near = places.within(limit)
    if objective == "set-cover":
        chosen = _cover(near, progress)
        return _told(near, chosen, float(len(chosen)), float(len(chosen)))
    spare = _counted(near, count)
    solve = {"coverage": _most_covered, "mean": _least_mean, "worst": _least_worst}[objective]
    return solve(near, spare, progress)


def _counted(places: Places, count: int | None) -> int:
    free = int((~places.open).sum())
    if count is None or not 1 <= count <= free:
        raise InputError(f"count {count}; expected 1 to {free}, the number of candidate sites")
    return count


def _cover(places: Places, progress: Progress) -> Ints:
    progress("Covering everybody", 0, None)
    free, must = _to_cover(places, np.inf)
    return _as_few(free, must)


def _to_cover(places: Places, radius: float) -> tuple[Ints, Bools]:
    """The candidate sites, and by demand to be covered which of them are within the radius."""
    free = np.flatnonzero(~places.open)
    reach = np.isfinite(places.cost) & (places.cost <= radius)
    left = ~reach[:, places.open].any(axis=1) & np.isfinite(places.cost).any(axis=1)
    return free, reach[left][:, free]


def _as_few(free: Ints, reach: Bools) -> Ints:
    """As few sites as cover every row. Each row must be coverable."""
    rows = np.unique(reach, axis=0)
    if not len(rows):
        return free[:0]
    cover = Rows(sp.csr_array(rows.astype(np.float64)), np.ones(len(rows)), np.full(len(rows), np.inf))
    found = cheapest(np.ones(len(free)), [cover], whole=np.ones(len(free), dtype=bool))
    return free[found.x > 0.5]


def _most_covered(places: Places, count: int, progress: Progress) -> Sited:
    progress("Covering as many as can be", 0, None)
    free, reach = _to_cover(places, np.inf)
    left = ~np.isfinite(places.kept) & np.isfinite(places.cost).any(axis=1)
    rows, at = np.unique(reach, axis=0, return_inverse=True)
    weight = np.bincount(at.reshape(-1), weights=places.weight[left], minlength=len(rows))
    sites, demands = len(free), len(rows)
    covered = Rows(
        sp.hstack((sp.csr_array(rows.astype(np.float64)), -sp.eye_array(demands))),
        np.zeros(demands),
        np.full(demands, np.inf),
    )
    prices = np.zeros(sites + demands)
    prices[sites:] = -weight
    whole = np.arange(sites + demands) < sites
    found = cheapest(prices, [covered, at_most(count, whole)], whole=whole)
    chosen = free[found.x[:sites] > 0.5]
    value = _sum(places.weight[np.isfinite(_costs(places, chosen))])
    already = _sum(places.weight[np.isfinite(places.kept)])
    return _told(places, chosen, value, already - found.bound)


def at_most(count: int, sites: Bools) -> Rows:
    """The row that lets no more than ``count`` of the variables marked be chosen."""
    row = sp.csr_array(sites.astype(np.float64).reshape(1, -1))
    return Rows(row, np.array([-np.inf]), np.array([float(count)]))


def _least_mean(places: Places, count: int, progress: Progress) -> Sited:
    _require_reach(places, count)
    free, reachable = np.flatnonzero(~places.open), np.isfinite(places.cost).any(axis=1)
    found = median.solve(
        median.Case(places.cost[reachable][:, free], places.kept[reachable], places.weight[reachable], count),
        progress=progress,
    )
    chosen = free[found.chosen]
    cost = _costs(places, chosen)
    near = np.isfinite(cost)
    return _told(places, chosen, _sum(places.weight[near] * cost[near]), found.bound)


def _least_worst(places: Places, count: int, progress: Progress) -> Sited:
    """By halves over the distinct costs: so few sites cover everybody within a radius, or they do not."""
    _require_reach(places, count)
    reachable = np.isfinite(places.cost).any(axis=1)
    nearest = places.cost[reachable].min(axis=1, initial=np.inf).max(initial=0.0)
    radii = np.unique(places.cost[np.isfinite(places.cost) & (places.cost >= nearest)])
    if not len(radii):
        return _told(places, np.zeros(0, dtype=np.int64), 0.0, 0.0)
    low, high, best = 0, len(radii) - 1, None
    steps = max(1, int(np.ceil(np.log2(len(radii) + 1))))
    for step in range(steps + 1):
        progress("Halving the greatest cost", step, steps)
        if low > high:
            break
        middle = (low + high) // 2
        free, reach = _to_cover(places, radii[middle])
        chosen = _as_few(free, reach)
        if len(chosen) <= count:
            best, high = chosen, middle - 1
        else:
            low = middle + 1
    assert best is not None  # noqa: S101 - the greatest radius covers everybody, by _require_reach
    return _told(places, best, float(radii[low]), float(radii[low]))


def _require_reach(places: Places, count: int) -> None:
    """Raises InputError when ``count`` sites cannot reach everybody whom some site can reach."""
    if np.isfinite(places.cost).all():
        return
    fewest = len(_as_few(*_to_cover(places, np.inf)))
    if fewest > count:
        raise InputError(f"count {count}; {fewest} sites are needed to reach everybody: give a greater count")


def _costs(places: Places, chosen: Ints) -> Floats:
    """(n,) cost of each demand from the nearest site chosen or open."""
    least: Floats = np.minimum(places.cost[:, chosen].min(axis=1, initial=np.inf), places.kept)
    return least


def _sum(values: Floats) -> float:
    return fsum(values.tolist())


def _told(places: Places, chosen: Ints, value: float, bound: float) -> Sited:
    apart = abs(value - bound) / max(abs(value), abs(bound), 1e-300)
    if apart <= EXACT:
        bound, apart = value, 0.0
    lost = ~np.isfinite(_costs(places, chosen))
    return Sited(
        sites=tuple(places.sites[at] for at in np.sort(chosen)),
        value=value,
        bound=bound,
        gap=apart,
        unreached=tuple(name for name, away in zip(places.demands, lost, strict=True) if away),
    )
