"""Where things could be placed, and for whom: demands, candidate sites, and the cost between them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from geomatch.errors import InputError
from geomatch.matching.problem import Bools, Floats

Row = tuple[str, str, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """n demands, m sites and the cost of every pair, ``(n, m)``, ``inf`` where no site is to be had.

    ``weight`` counts what each demand stands for, such as residents. ``open`` marks the sites that are there
    already: they serve, and are never counted or chosen. Everything is put in order of ids as it is made.

    Raises InputError for ids given twice, another shape, or a weight or cost below 0 or not a number.
    """

    demands: tuple[str, ...]
    sites: tuple[str, ...]
    cost: Floats
    weight: Floats
    open: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def __post_init__(self) -> None:
        opened = self.open if len(self.open) else np.zeros(len(self.sites), dtype=bool)
        shape = (len(self.demands), len(self.sites))
        if self.cost.shape != shape or self.weight.shape != shape[:1] or opened.shape != shape[1:]:
            raise InputError(
                f"cost {self.cost.shape}, weight {self.weight.shape} and open {opened.shape} "
                f"of {shape[0]} demands and {shape[1]} sites"
            )
        if not (self.cost >= 0).all() or not ((self.weight >= 0) & np.isfinite(self.weight)).all():
            raise InputError("costs and weights; expected numbers of 0 or more, and weights finite")
        for what, ids in (("demand", self.demands), ("site", self.sites)):
            if len(set(ids)) < len(ids):
                raise InputError(f"a {what} listed twice; expected every id once")
        down, across = (
            np.argsort(np.array(ids, dtype=object), kind="stable") for ids in (self.demands, self.sites)
        )
        for name, value in (
            ("demands", tuple(self.demands[at] for at in down)),
            ("sites", tuple(self.sites[at] for at in across)),
            ("cost", self.cost[np.ix_(down, across)].astype(np.float64)),
            ("weight", self.weight[down].astype(np.float64)),
            ("open", opened[across]),
        ):
            object.__setattr__(self, name, value)

    @property
    def kept(self) -> Floats:
        """(n,) cost of each demand from the nearest site that is open already, ``inf`` without one."""
        least: Floats = self.cost[:, self.open].min(axis=1, initial=np.inf)
        return least

    def within(self, limit: float | None) -> "Places":
        """The same, pairs that cost more than ``limit`` taken as out of reach; exactly that much is not."""
        if limit is None:
            return self
        near = np.where(self.cost <= limit, self.cost, np.inf)
        return Places(self.demands, self.sites, near, self.weight, self.open)


def from_rows(rows: Iterable[Row]) -> Places:
    """From (demand, site, cost, weight) rows; pairs without a row are out of reach.

    Raises InputError for a pair given twice, or two weights of one demand.
    """
    costs: dict[tuple[str, str], float] = {}
    weights: dict[str, float] = {}
    for demand, site, cost, weight in rows:
        if (demand, site) in costs:
            raise InputError(f"demand {demand!r}, site {site!r}: listed twice; expected every pair once")
        if weights.setdefault(demand, weight) != weight:
            raise InputError(f"demand {demand!r}: weights {weights[demand]} and {weight}; expected one")
        costs[demand, site] = cost
    demands = {demand: at for at, demand in enumerate(sorted(weights))}
    sites = {site: at for at, site in enumerate(sorted({site for _, site in costs}))}
    matrix = np.full((len(demands), len(sites)), np.inf)
    for (demand, site), cost in costs.items():
        matrix[demands[demand], sites[site]] = cost
    return Places(tuple(demands), tuple(sites), matrix, np.array([weights[one] for one in demands]))
