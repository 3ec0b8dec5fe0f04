"""The hard tests, each a function of the world and pairs: role, window, resource and where it would go.

Unknown never passes as yes: neither a feature nobody stated nor one that runs out before the end of the
window; only time nobody told us about passes. Limits are inclusive.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from geomatch.matching.problem import TIMELESS, Bools, Floats, Ints
from geomatch.matching.world import ANYWHERE, INSIDE, MINUTES, OWN_PLACE, Asked, Legs, World

EPOCH_DAY = 719_163
"""``date(1970, 1, 1).toordinal()``: the day from which minutes of wall time are counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Columns of one length: row of the role, of the window (``TIMELESS`` without), of the resource.

    ``place`` is the row of the resource the role would go to, ``OWN_PLACE`` for the need's own place.
    """

    role: Ints
    window: Ints
    resource: Ints
    place: Ints

    def __len__(self) -> int:
        return len(self.role)

    def take(self, rows: Ints | Bools) -> "Pairs":
        """These rows, in this order."""
        return Pairs(self.role[rows], self.window[rows], self.resource[rows], self.place[rows])


def kind(world: World, pairs: Pairs) -> Bools:
    """The kind asked for, and the subkind or a substitute of it."""
    return exact(world, pairs) | substitute(world, pairs)


def exact(world: World, pairs: Pairs) -> Bools:
    """The very kind and subkind asked for; any subkind where none is named."""
    roles, resources = world.roles, world.resources
    subkind = roles.subkind[pairs.role]
    found: Bools = (roles.kind[pairs.role] == resources.kind[pairs.resource]) & (
        (subkind < 0) | (subkind == resources.subkind[pairs.resource])
    )
    return found


def substitute(world: World, pairs: Pairs) -> Bools:
    """The kind asked for, and a subkind that will do instead."""
    roles, resources = world.roles, world.resources
    rows, at = np.unique(pairs.role, return_inverse=True)
    will_do = np.zeros((len(rows), int(resources.subkind.max(initial=0)) + 1), dtype=bool)
    for number, row in enumerate(rows.tolist()):
        for code in roles.substitutes[row]:
            if code < will_do.shape[1]:
                will_do[number, code] = True
    same: Bools = roles.kind[pairs.role] == resources.kind[pairs.resource]
    found: Bools = same & will_do[at.reshape(pairs.role.shape), resources.subkind[pairs.resource]]
    return found


def attributes(world: World, pairs: Pairs) -> Bools:
    """Every feature asked for is held, to the end of the window."""
    rows, at = np.unique(pairs.role, return_inverse=True)
    asked_by: dict[Asked, list[int]] = {}
    for number, row in enumerate(rows.tolist()):
        for asked in world.roles.features[row]:
            asked_by.setdefault(asked, []).append(number)
    held = np.ones(len(pairs), dtype=bool)
    day = last_day(world, pairs.window)
    for asked, numbers in asked_by.items():
        asks = np.zeros(len(rows), dtype=bool)
        asks[numbers] = True
        of = np.flatnonzero(asks[at] & held)
        held[of] = _holds(world, asked, pairs.resource[of], day[of])
    return held


def _holds(world: World, asked: Asked, resource: Ints, day: Ints) -> Bools:
    code, value, exactly = asked
    stated = world.resources.feature[resource, code]
    # a comparison with nan, the unknown, is false
    enough: Bools = (stated == value) if exactly else (stated >= value)
    current: Bools = world.resources.feature_until[resource, code] >= day
    return enough & current


def safeguarding(world: World, pairs: Pairs) -> Bools:
    """A DBS check of the level called for, good to the end of the window."""
    wanted = world.roles.check[pairs.role]
    held: Bools = world.resources.check[pairs.resource] >= wanted
    good: Bools = world.resources.check_until[pairs.resource] >= last_day(world, pairs.window)
    nothing: Bools = wanted == 0
    return nothing | (held & good)


def availability(world: World, pairs: Pairs) -> Bools:
    """Free throughout the window; any time will do of those who have not told us when they are free."""
    times = world.times
    keys = times.free_resource * _WIDTH + times.free_starts
    # as a county's calendar tells them, they are in order already
    order = np.arange(len(keys)) if (keys[1:] >= keys[:-1]).all() else np.argsort(keys, kind="stable")
    keys = keys[order]
    timed = pairs.window != TIMELESS
    window = np.where(timed, pairs.window, 0)
    free: Bools = ~(times.known[pairs.resource] & timed)
    ask = np.flatnonzero(~free)
    if not len(ask) or not len(keys):
        return free
    starts, ends = times.window_starts[window[ask]], times.window_ends[window[ask]]
    # intervals of a resource lie apart, so the last to begin by then is the only one that may cover
    last = np.searchsorted(keys, pairs.resource[ask] * _WIDTH + starts, side="right") - 1
    mine = (last >= 0) & (times.free_resource[order[last]] == pairs.resource[ask])
    free[ask] = mine & (times.free_ends[order[last]] >= ends)
    return free


_WIDTH = 1 << 32
"""More minutes than any wall clock here counts."""


def catchment(world: World, pairs: Pairs) -> Bools:
    """Where it would go lies in the resource's catchment: minutes, a drawn polygon or named parishes."""
    kinds = world.resources.catchment[pairs.resource]
    found: Bools = kinds == ANYWHERE
    near = np.flatnonzero(kinds == MINUTES)
    within = world.resources.catchment_minutes[pairs.resource[near]]
    found[near] = way(world, pairs.take(near)) <= within
    drawn = np.flatnonzero(kinds == INSIDE)
    found[drawn] = _looked_up(world, pairs.take(drawn), "inside") > 0
    return found


def budget(world: World, pairs: Pairs) -> Bools:
    """No single journey is longer than the resource's own limit."""
    found: Bools = way(world, pairs) <= world.resources.max_minutes[pairs.resource]
    return found


def travel(world: World, pairs: Pairs) -> Bools:
    """It can be reached, and no single journey is longer than the need's or role's limit."""
    longest = way(world, pairs)
    found: Bools = np.isfinite(longest) & (longest <= world.roles.max_minutes[pairs.role])
    return found


def freshness(world: World, pairs: Pairs) -> Bools:
    """Somebody still vouches for the resource on the day of the matching."""
    found: Bools = world.resources.verified_until[pairs.resource] >= world.day
    return found


TESTS: dict[str, Callable[[World, Pairs], Bools]] = {
    "kind": kind,
    "attributes": attributes,
    "safeguarding": safeguarding,
    "availability": availability,
    "catchment": catchment,
    "budget": budget,
    "travel": travel,
    "freshness": freshness,
}
"""The hard tests by name, in their order; the first that fails is the reason on record."""


def way(world: World, pairs: Pairs) -> Floats:
    """The longest single journey of each pair in minutes; 0 where nobody travels, ``inf`` out of reach."""
    return _looked_up(world, pairs, "way")


def minutes(world: World, pairs: Pairs) -> Floats:
    """The minutes each pair counts for, as ``Legs.minutes``."""
    return _looked_up(world, pairs, "minutes")


def last_day(world: World, window: Ints) -> Ints:
    """The last day of each window, as ``date.toordinal()``; the matching's own day for ``TIMELESS``."""
    timed = window != TIMELESS
    ends = np.zeros(len(window), dtype=np.int64)
    ends[timed] = world.times.window_ends[window[timed]]
    return np.where(timed, np.maximum(EPOCH_DAY + (ends - 1) // 1440, world.day), world.day)


def _looked_up(world: World, pairs: Pairs, name: str) -> Floats:
    """One of the matrices of ``Legs`` for each pair, by where it would go."""
    missing = 0.0 if name == "inside" else np.inf
    resources = world.resources
    # whoever is visited is visited from the need's own place, wherever else it meets
    elsewhere = (pairs.place != OWN_PLACE) & resources.moves[pairs.resource]
    elsewhere[elsewhere] = resources.place[pairs.place[elsewhere]]
    found = np.zeros(len(pairs))
    for legs, rows, here in ((world.legs, pairs.role, ~elsewhere), (world.between, pairs.place, elsewhere)):
        at = np.flatnonzero(here)
        found[at] = _stored(_matrix(legs, name), rows[at], pairs.resource[at], missing)
    if name != "inside":
        found[~resources.journey[pairs.resource]] = 0.0
    return found


def _matrix(legs: Legs, name: str) -> sp.csr_array:
    return {"minutes": legs.minutes, "way": legs.way, "inside": legs.inside}[name]


def _stored(matrix: sp.csr_array, row: Ints, column: Ints, missing: float) -> Floats:
    rows, at = np.unique(row, return_inverse=True)
    some = sp.csr_array(matrix[rows])
    some.sort_indices()
    width = matrix.shape[1]
    keys = np.repeat(np.arange(len(rows)), np.diff(some.indptr)) * width + some.indices
    if not len(keys):
        return np.full(len(row), missing)
    wanted = at * width + column
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, some.data[place].astype(np.float64), missing)
