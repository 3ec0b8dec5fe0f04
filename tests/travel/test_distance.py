"""How far the quickest way is: not always the shortest, and one-way streets make it two."""

from typing import Any

import numpy as np
import pytest

from geomatch import travel
from geomatch.model import Mode
from geomatch.roads import RoadGraph


def _metres(graph: RoadGraph, here: tuple[float, float], there: tuple[float, float]) -> float:
    network = travel.prepare(graph, Mode.CAR)
    return travel.metres(network, np.array(here, dtype=float), np.array(there, dtype=float))


def test_it_is_measured_along_the_road(cross: RoadGraph) -> None:
    assert _metres(cross, (0, 1000), (3000, 1000)) == pytest.approx(3000)
    assert _metres(cross, (500, 1000), (1000, 1500)) == pytest.approx(1000)
    assert _metres(cross, (1500, 1000), (2750, 1000)) == pytest.approx(1250), "within one piece"
    assert _metres(cross, (500, 1000), (500, 1000)) == 0


def test_there_and_back_differ_by_one_way_streets(cross: RoadGraph) -> None:
    assert _metres(cross, (1000, 1000), (1000, 0)) == pytest.approx(1000)
    round_by_the_east = np.hypot(2000, 1000) + 2000
    assert _metres(cross, (1000, 0), (1000, 1000)) == pytest.approx(round_by_the_east)


def test_off_the_roads_nobody_knows(cross: RoadGraph) -> None:
    assert _metres(cross, (0, 1000), (50_000, 0)) == float("inf")


def test_the_quickest_way_is_measured_though_another_is_shorter(draw: Any) -> None:
    places = [(0, 0), (1000, 0), (500, 2000)]
    graph = draw(places, [(0, 1, 6000, 6000), (0, 2, 600, 600), (2, 1, 600, 600)])
    assert _metres(graph, (0, 0), (1000, 0)) == pytest.approx(2 * np.hypot(500, 2000))
