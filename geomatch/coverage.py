"""Who is reached and who is left out: shares of residents and of needs, and congestion, by area.

A *place* in what follows is a resource somebody can reach; a *point* is where some residents live. Minutes
come as a sparse ``(n_points, n_places)`` matrix in the direction of whoever travels, with an entry only where
the place is adequate, free and serves there; what is not stored is out of reach. Limits are inclusive.

Three figures carry the names of the Department for Transport's Journey Time Statistics, discontinued since:
*destination indicator*, the share of users who reach a place in the time; *origin indicator*, the number of
places so reached, capped at 10; *average minimum travel time*, minutes to the nearest of those in reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from geomatch.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MOST_COUNTED = 10
"""The origin indicator counts no more places than this (Department for Transport)."""

DECAY = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))
"""(share of the limit, weight): three zones of travel time. The weights are those of Luo and Qi (2009) for
0 to 10, 10 to 20 and 20 to 30 minutes; the zones are thirds of whatever limit is asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """n points: the area (its code, ``None``: in none), the residents, and their minutes to m places.

    ``supply`` is how many units each place offers at once, ``accessible`` marks the places known to be
    step-free. Raises InputError for another shape, or residents or supply below 0.
    """

    area: tuple[str | None, ...]
    residents: Floats
    minutes: sp.csr_array
    supply: Floats
    accessible: Bools

    def __post_init__(self) -> None:
        shape = (len(self.area), len(self.supply))
        if self.minutes.shape != shape or len(self.residents) != shape[0] or len(self.accessible) != shape[1]:
            raise InputError(
                f"minutes {self.minutes.shape}, {len(self.residents)} residents and {len(self.accessible)} "
                f"places; expected {shape[0]} points and {shape[1]} places"
            )
        if not (self.residents >= 0).all() or not (self.supply >= 0).all():
            raise InputError("residents and supply; expected numbers of 0 or more")


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """n open needs: the area of each (``None``: none), minutes to the nearest adequate place or ``inf``."""

    area: tuple[str | None, ...]
    nearest: Floats


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one area. ``None`` is unknown: no residents' point lies there, or there is no need.

    ``share_residents`` counts each person, ``share_points`` each point (as share of places some call it).
    ``e2sfca``: units on offer per resident, mean over residents.
    """

    code: str
    residents: int | None
    residents_within: int | None
    share_residents: float | None
    residents_within_accessible: int | None
    share_residents_accessible: float | None
    needs: int
    needs_within: int
    share_needs: float | None
    places: int
    e2sfca: float | None
    points: int
    points_within: int
    share_points: float | None
    destination_indicator: float | None
    origin_indicator: float | None
    average_minimum_minutes: float | None


def rows(
    codes: Sequence[str], people: People, needs: Needs, places: Sequence[str | None], max_minutes: float
) -> list[Row]:
    """One row for every area, in the order of ``codes``. ``places`` says in which area each place lies.

    Raises InputError for a limit that is not a number above 0.
    """
    check_limit(max_minutes)
    near = within(people.minutes, max_minutes)
    figures = _Figures(
        near=nearest(near),
        accessible=np.isfinite(nearest(near[:, people.accessible])),
        reached=origin_indicator(near),
        e2sfca=e2sfca(near, people.residents, people.supply, max_minutes=max_minutes),
    )
    by_area = _groups(codes, people.area)
    asked = _groups(codes, needs.area)
    held = _groups(codes, tuple(places))
    served = needs.nearest <= max_minutes
    return [
        _row(code, people, figures, by_area[code], (served[asked[code]], len(held[code]))) for code in codes
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Figures:
    near: Floats
    accessible: Bools
    reached: Ints
    e2sfca: Floats


def _row(code: str, people: People, figures: _Figures, at: Ints, counts: tuple[Bools, int]) -> Row:
    served, places = counts
    residents, reached = people.residents[at], np.isfinite(figures.near[at])
    access = figures.accessible[at]
    known, total = len(at) > 0, fsum(residents.tolist())
    share = _share(residents[reached], total)
    return Row(
        code=code,
        residents=round(total) if known else None,
        residents_within=round(fsum(residents[reached].tolist())) if known else None,
        share_residents=share,
        residents_within_accessible=round(fsum(residents[access].tolist())) if known else None,
        share_residents_accessible=_share(residents[access], total),
        needs=len(served),
        needs_within=int(served.sum()),
        share_needs=float(served.mean()) if len(served) else None,
        places=places,
        e2sfca=_mean(figures.e2sfca[at], residents),
        points=len(at),
        points_within=int(reached.sum()),
        share_points=float(reached.mean()) if known else None,
        destination_indicator=share,
        origin_indicator=_mean(figures.reached[at].astype(np.float64), residents),
        average_minimum_minutes=_mean(figures.near[at][reached], residents[reached]),
    )


def check_limit(max_minutes: float) -> None:
    """Raises InputError for a limit that is not a number above 0."""
    if not 0 < max_minutes < np.inf:
        raise InputError(f"max_minutes {max_minutes}; expected a number above 0")


def within(minutes: sp.csr_array, max_minutes: float) -> sp.csr_array:
    """Only the pairs within the limit, exactly that many minutes included."""
    kept = sp.coo_array(minutes)
    near = kept.data <= max_minutes
    row, column = kept.coords
    return sp.csr_array((kept.data[near], (row[near], column[near])), shape=minutes.shape)


def nearest(minutes: sp.csr_array) -> Floats:
    """(n,) minutes of each point to its nearest place, ``inf`` where there is none."""
    least = np.full(minutes.shape[0], np.inf)
    stored = sp.coo_array(minutes)
    np.minimum.at(least, stored.coords[0], stored.data)
    return least


def origin_indicator(minutes: sp.csr_array) -> Ints:
    """(n,) how many places each point has in the matrix, counted to ``MOST_COUNTED``."""
    counted: Ints = np.minimum(np.diff(minutes.indptr).astype(np.int64), MOST_COUNTED)
    return counted


def e2sfca(minutes: sp.csr_array, demand: Floats, supply: Floats, *, max_minutes: float) -> Floats:
    """(n,) units of supply per head within reach, shared with all who reach the same (Luo and Qi 2009).

    Enhanced two-step floating catchment area: each place's supply is divided by the demand around it, then
    summed over the places around each point; both steps count by ``DECAY`` over the limit. A place that
    nobody is near shares out nothing.
    """
    weights = sp.csr_array(minutes, copy=True).astype(np.float64)
    weights.data = decay(weights.data, max_minutes)
    around = weights.T @ demand
    each = np.divide(supply, around, out=np.zeros(len(supply)), where=around > 0)
    return np.asarray(weights @ each)


def decay(minutes: Floats, max_minutes: float) -> Floats:
    """The weight of each number of minutes; exactly at the end of a zone is in it, past the limit is 0."""
    ends = np.array([share * max_minutes for share, _ in DECAY])
    ends[-1] = max_minutes
    weights = np.array([*(weight for _, weight in DECAY), 0.0])
    return weights[np.searchsorted(ends, minutes, side="left")]


def _groups(codes: Sequence[str], area: tuple[str | None, ...]) -> dict[str, Ints]:
    held: dict[str, list[int]] = {code: [] for code in codes}
    for at, code in enumerate(area):
        if code in held:
            held[code].append(at)
    return {code: np.array(rows_, dtype=np.int64) for code, rows_ in held.items()}


def _share(part: Floats, total: float) -> float | None:
    return fsum(part.tolist()) / total if total else None


def _mean(values: Floats, weights: Floats) -> float | None:
    total = fsum(weights.tolist())
    return fsum((values * weights).tolist()) / total if total else None
