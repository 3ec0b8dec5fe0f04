"""As good as trying everything: candidates of small random worlds against loops that a child can follow."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from geomatch.matching import candidates, hardtests, world
from geomatch.matching.problem import NOTHING_GIVEN, TIMELESS
from geomatch.matching.world import ANYWHERE, INSIDE, MINUTES, OWN_PLACE

DAY = hardtests.EPOCH_DAY
INF = float("inf")


def sparse(rng: np.random.Generator, rows: int, columns: int) -> sp.csr_array:
    """Minutes 1 to 29 for nine pairs in ten, the others out of reach."""
    full = rng.integers(1, 30, (rows, columns)) * (rng.random((rows, columns)) < 0.9)
    return sp.csr_array(full.astype(float))


def legs(rng: np.random.Generator, rows: int, columns: int) -> world.Legs:
    """The longest single way of a trip is at most its minutes, and known for the same pairs."""
    minutes = sparse(rng, rows, columns)
    way = minutes.copy()
    way.data = np.ceil(way.data / rng.integers(1, 3, len(way.data)))
    return world.Legs(minutes, way, sp.csr_array(rng.random((rows, columns)) < 0.5))


def random_world(seed: int) -> world.World:
    """Up to four needs with up to three roles each, of which some go to what another chose; ten resources."""
    rng = np.random.default_rng(seed)
    size = 10
    need, goes_to = [], []
    for number in range(int(rng.integers(1, 5))):
        first, roles = len(need), int(rng.integers(1, 4))
        need += [number] * roles
        chain = [OWN_PLACE, first if rng.random() < 0.7 else OWN_PLACE, first + int(rng.integers(0, 2))]
        goes_to += chain[:roles]
    count = len(need)
    windows = [(n, d * 1440 + 600, d * 1440 + 720) for n in range(max(need) + 1) for d in range(3)]
    windows = [each for each in windows if rng.random() < 0.6]
    free = [(r, d * 1440 + 600, d * 1440 + 720) for r in range(size) for d in range(3) if rng.random() < 0.7]
    columns = np.array(windows, dtype=np.int64).reshape(-1, 3).T
    times = np.array(free, dtype=np.int64).reshape(-1, 3).T
    asked = [(0, 1.0, False), (1, 5.0, False), (2, 2.0, True)]
    return world.World(
        day=DAY,
        roles=world.Roles(
            need=np.array(need),
            kind=rng.integers(0, 2, count),
            subkind=rng.choice([-1, -1, 0, 1, 2], count),
            substitutes=tuple((int(rng.integers(0, 3)),) if rng.random() < 0.5 else () for _ in need),
            max_minutes=rng.choice([20.0, 25.0, INF], count),
            features=tuple(tuple(one for one in asked if rng.random() < 0.1) for _ in need),
            check=rng.choice([0, 0, 0, 2], count),
            goes_to=np.array(goes_to),
        ),
        resources=world.Resources(
            kind=rng.integers(0, 2, size),
            subkind=rng.integers(0, 3, size),
            max_minutes=rng.choice([18.0, INF], size),
            verified_until=rng.choice([DAY - 1, DAY, DAY, world.NO], size),
            feature=rng.choice([np.nan, 0.0, 1.0, 2.0, 5.0], (size, 3)),
            feature_until=rng.choice([DAY, DAY + 1, world.NO], (size, 3)),
            catchment=rng.choice([ANYWHERE, ANYWHERE, MINUTES, INSIDE], size),
            catchment_minutes=rng.choice([10.0, 20.0], size),
            check=rng.integers(0, 5, size),
            check_until=rng.choice([DAY, DAY + 1, world.NO], size),
            penalty=rng.choice([0.0, 3.0], size),
            journey=rng.random(size) < 0.8,
            moves=rng.random(size) < 0.7,
            place=rng.random(size) < 0.7,
        ),
        times=world.Times(
            *(columns[at] for at in range(3)), *(times[at] for at in range(3)), known=rng.random(size) < 0.5
        ),
        legs=legs(rng, count, size),
        between=legs(rng, size, size),
    )


def passes(made: world.World, test: str, row: int, window: int, resource: int, place: int) -> bool:
    """One hard test of one role in one window with one resource that would go to one place."""
    roles, res, times = made.roles, made.resources, made.times
    timed = window != TIMELESS
    last = DAY if not timed else max(DAY, DAY + (int(times.window_ends[window]) - 1) // 1440)
    elsewhere = place != OWN_PLACE and res.moves[resource] and res.place[place]
    trip = made.between if elsewhere else made.legs
    at = (place if elsewhere else row, resource)
    way = 0.0 if not res.journey[resource] else float(trip.way[at]) or INF
    if test == "kind":
        wanted = [int(roles.subkind[row]), *roles.substitutes[row]]
        near = roles.subkind[row] < 0 or int(res.subkind[resource]) in wanted
        return bool(roles.kind[row] == res.kind[resource]) and near
    if test == "attributes":
        for code, value, exactly in roles.features[row]:
            held = float(res.feature[resource, code])
            if not (held == value if exactly else held >= value) or res.feature_until[resource, code] < last:
                return False
        return True
    if test == "safeguarding":
        good = res.check[resource] >= roles.check[row] and res.check_until[resource] >= last
        return bool(roles.check[row] == 0 or good)
    if test == "availability":
        if not timed or not times.known[resource]:
            return True
        begins, ends = (int(each[window]) for each in (times.window_starts, times.window_ends))
        free = zip(times.free_resource, times.free_starts, times.free_ends, strict=True)
        return any(who == resource and starts <= begins and stops >= ends for who, starts, stops in free)
    if test == "catchment":
        inside = {ANYWHERE: True, MINUTES: way <= res.catchment_minutes[resource], INSIDE: trip.inside[at]}
        return bool(inside[int(res.catchment[resource])])
    if test == "budget":
        return bool(way <= res.max_minutes[resource])
    if test == "travel":
        return way < INF and bool(way <= roles.max_minutes[row])
    return bool(res.verified_until[resource] >= DAY)


def tried(made: world.World) -> tuple[set[tuple[int, ...]], dict[int, dict[str, int]]]:
    """Every candidate (role, resource, window, given), and by role how many resources each test took away."""
    names, found = list(hardtests.TESTS), {}
    gone: dict[int, dict[str, int]] = {}
    depth = [0 if g < 0 else 1 if made.roles.goes_to[g] < 0 else 2 for g in made.roles.goes_to.tolist()]
    for row in sorted(range(len(made.roles)), key=lambda each: depth[each]):
        mine = np.flatnonzero(made.times.window_need == made.roles.need[row]).tolist() or [TIMELESS]
        target = int(made.roles.goes_to[row])
        chosen = found.get(target, set())
        gone[row] = dict.fromkeys(names, 0)
        found[row] = set()
        for resource in range(len(made.resources)):
            furthest = 0
            for window in mine:
                places = sorted({r for r, w, _ in chosen if w == window}) if chosen else [OWN_PLACE]
                first = [passes(made, name, row, window, resource, OWN_PLACE) for name in names[:4]]
                if not all(first) or not places:
                    furthest = max(furthest, first.index(False) if False in first else 3)
                    continue
                for place in places:
                    rest = [passes(made, name, row, window, resource, place) for name in names[4:]]
                    if all(rest):
                        found[row].add((resource, window, place))
                    furthest = max(furthest, len(names) if all(rest) else 4 + rest.index(False))
            if furthest < len(names):
                gone[row][names[furthest]] += 1
    return {(row, *each) for row, some in found.items() for each in some}, gone


@pytest.mark.parametrize("seed", range(60))
def test_candidates_and_counts_are_those_of_trying_everything(seed: int) -> None:
    made = random_world(seed)
    found = candidates.find(made)
    wanted, gone = tried(made)
    rows = zip(found.role, found.resource, found.window, found.given, strict=True)
    assert {tuple(int(number) for number in row) for row in rows} == wanted
    assert len(found.role) == len(wanted)
    for row, some in enumerate(found.eliminated.tolist()):
        assert dict(zip(candidates.TESTS, some, strict=True)) == gone[row]
    assert (found.eliminated.sum(axis=1) + found.passed == len(made.resources)).all()


def test_the_worlds_tried_hold_tied_candidates() -> None:
    tied = sum(int((candidates.find(random_world(seed)).given != NOTHING_GIVEN).sum()) for seed in range(60))
    assert tied > 100


@pytest.mark.parametrize("seed", range(0, 60, 10))
def test_smaller_blocks_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = random_world(seed)
    whole = candidates.find(made)
    monkeypatch.setattr(candidates, "BLOCK", 1)
    monkeypatch.setattr(candidates, "TIED_BLOCK", 1)
    again = candidates.find(made)
    for name in candidates.Found.__dataclass_fields__:
        assert np.array_equal(getattr(whole, name), getattr(again, name)), name


def test_too_many_tied_candidates_are_counted_to_the_need_s_own_place_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seed = next(s for s in range(60) if (candidates.find(random_world(s)).given != NOTHING_GIVEN).sum() > 8)
    made = random_world(seed)
    monkeypatch.setattr(candidates, "MOST_TIED", 1)
    found = candidates.find(made)
    assert len(found.untied)
    alone = replace(made, roles=replace(made.roles, goes_to=made.roles.goes_to.copy()))
    alone.roles.goes_to[found.untied] = OWN_PLACE
    bare = candidates.find(alone)
    for row in found.untied.tolist():
        mine, his = found.role == row, bare.role == row
        assert (found.given[mine] == NOTHING_GIVEN).all()
        assert np.array_equal(found.resource[mine], bare.resource[his])
        assert np.array_equal(found.minutes[mine], bare.minutes[his])
        assert np.array_equal(found.eliminated[row], bare.eliminated[row])
    assert (found.eliminated.sum(axis=1) + found.passed == len(made.resources)).all()
