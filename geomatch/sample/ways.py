"""From pieces to OSM ways: which pieces belong to one way, and what its tags say."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geomatch.sample.drawing import BRIDGE, DRIVE, ISLAND, ONE_WAY, PRIVATE, ROUNDABOUT, Drawing
from geomatch.sample.facts import MainRoad
from geomatch.sample.routes import CLASSES, NONE, SECONDARY, STREET, TRACK
from geomatch.sample.settlements import Place

_LONGEST = 240
"""Nodes in one way; OSM itself allows 2,000."""

_STREETS = (
    "High Street",
    "Church Street",
    "Mill Street",
    "Station Road",
    "Castle Street",
    "Chapel Lane",
    "The Crescent",
    "Orchard Close",
    "Meadow Drive",
    "Park Avenue",
    "Bridge Street",
    "Corn Square",
    "School Lane",
    "Victoria Road",
    "Oak Drive",
    "Beech Close",
    "Hawthorn Road",
    "Limes Avenue",
    "Rectory Gardens",
    "Wrekin View",
    "Bull Ring",
    "Severn Way",
    "Clee View",
    "Lawley Close",
    "Market Place",
    "Priory Road",
    "Sandford Avenue",
    "Tanners Row",
    "Weavers Lane",
    "Smithy Croft",
    "Kiln Bank",
    "Quarry Road",
    "Well Street",
    "Friars Walk",
    "Abbey Fields",
)

Key = tuple[int, int, int, bool]
"""Rank, main road, mark and whether in a settlement: pieces of one way share it."""


@dataclass(frozen=True, slots=True)
class Way:
    """Node numbers in order and OSM tags."""

    nodes: tuple[int, ...]
    tags: dict[str, str]


def drawn(
    drawing: Drawing, roads: Sequence[MainRoad], places: Sequence[Place], rng: np.random.Generator
) -> list[Way]:
    """All ways of the drawing, through junctions where the same road goes on, as mappers draw them."""
    keys = _keys(drawing)
    names = rng.integers(0, len(_STREETS), len(drawing.pieces))
    ways: list[Way] = []
    for chain, key in _chains(drawing, keys):
        home = int(drawing.home[chain[len(chain) // 2]])
        place = places[home] if home != NONE and key[3] else None
        ways.append(Way(tuple(chain), _tags(key, roads, place, _STREETS[names[len(ways)]])))
    return ways


def _keys(drawing: Drawing) -> list[Key]:
    settled = (drawing.home[drawing.pieces] != NONE).all(axis=1)
    columns = (drawing.rank, drawing.road, drawing.special, settled)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _chains(drawing: Drawing, keys: Sequence[Key]) -> list[tuple[list[int], Key]]:
    """Pieces put together end to end, in the order of their first piece."""
    at_node: dict[tuple[int, Key], list[int]] = defaultdict(list)
    pieces = [(int(a), int(b)) for a, b in drawing.pieces]
    for number, (start, end) in enumerate(pieces):
        at_node[start, keys[number]].append(number)
        at_node[end, keys[number]].append(number)
    taken = [False] * len(pieces)

    def follow(chain: list[int], key: Key) -> None:
        while len(chain) < _LONGEST and chain[-1] != chain[0]:
            going = at_node[chain[-1], key]
            onward = [number for number in going if not taken[number]]
            if key[2] == ONE_WAY or len(going) != 2 or not onward:
                return
            taken[onward[0]] = True
            start, end = pieces[onward[0]]
            chain.append(end if start == chain[-1] else start)

    chains = []
    for number, (start, end) in enumerate(pieces):
        if taken[number]:
            continue
        taken[number] = True
        key, chain = keys[number], [start, end]
        follow(chain, key)
        if key[2] not in (ONE_WAY, ROUNDABOUT):
            chain.reverse()
            follow(chain, key)
        chains.append((chain, key))
    return chains


def _tags(key: Key, roads: Sequence[MainRoad], place: Place | None, street: str) -> dict[str, str]:
    rank, road, special, _ = key
    tags = {"highway": CLASSES[rank]}
    if road != NONE:
        said = {"ref": roads[road].ref, "name": roads[road].name}
        tags |= {name: value for name, value in said.items() if value}
    elif rank == STREET:
        tags["name"] = street
    tags |= _limits(rank, place)
    if special in (DRIVE, PRIVATE):
        tags = {"highway": "service", "service": "driveway"}
    tags |= _MARKS.get(special, {})
    if rank == len(CLASSES) - 1:
        # drawn as one line for both carriageways, where OSM would take one-way for granted
        tags["oneway"] = "no"
    return tags


_MARKS = {
    BRIDGE: {"bridge": "yes", "layer": "1"},
    ROUNDABOUT: {"junction": "roundabout", "oneway": "yes"},
    ONE_WAY: {"oneway": "yes"},
    PRIVATE: {"access": "private"},
    ISLAND: {"note": "illustrative: joins no public road"},
}

_MPH = {SECONDARY: "50 mph", SECONDARY + 1: "60 mph", SECONDARY + 2: "60 mph", SECONDARY + 3: "70 mph"}
"""Signed limits outside settlements by rank; lanes have none and the national limit holds."""


def _limits(rank: int, place: Place | None) -> dict[str, str]:
    if rank == TRACK:
        return {"tracktype": "grade2"}
    if place is None or rank > SECONDARY + 2:
        return {"maxspeed": _MPH[rank]} if rank in _MPH else {}
    if rank == SECONDARY + 2:
        return {"maxspeed": "40 mph", "lit": "yes"}
    return {"maxspeed": "30 mph"} | ({"lit": "yes"} if place.residents >= 400 else {})
