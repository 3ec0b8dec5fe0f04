"""The drawn roads, as anybody reads them from the OpenStreetMap file."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geomatch import crs
from geomatch.progress import silent
from geomatch.sample import facts, roads, settlements
from geomatch.sample.drives import ODDITIES
from geomatch.sample.facts import Facts


@dataclass(frozen=True)
class Net:
    points: NDArray[np.float64]
    pieces: NDArray[np.int64]
    tags: list[dict[str, str]]
    """Tags of the way of each piece."""

    def which(self, **wanted: str) -> NDArray[np.bool_]:
        return np.array([all(tags.get(key) == value for key, value in wanted.items()) for tags in self.tags])

    def lines(self) -> NDArray[np.object_]:
        return np.asarray(shapely.linestrings(self.points[self.pieces]), dtype=object)


def read_net(path: Path) -> Net:
    where, pieces, tags = {}, [], []
    for thing in osmium.FileProcessor(str(path)):
        if thing.is_node():
            where[thing.id] = (thing.location.lon, thing.location.lat)
        elif thing.is_way():
            nodes = [node.ref for node in thing.nodes]
            pieces += list(pairwise(nodes))
            tags += [dict(thing.tags)] * (len(nodes) - 1)
    order = {node: number for number, node in enumerate(where)}
    points = np.column_stack(crs.from_lonlat(*np.array(list(where.values())).T))
    return Net(points, np.array([(order[a], order[b]) for a, b in pieces]), tags)


@pytest.fixture(scope="module")
def net(sample_folder: Path) -> Net:
    return read_net(sample_folder / "roads.osm.pbf")


def test_the_graph_has_the_size_of_a_county(net: Net) -> None:
    degree = np.bincount(net.pieces.ravel(), minlength=len(net.points))
    assert degree.min() >= 1
    assert 60_000 <= np.count_nonzero(degree != 2) <= 100_000


def test_all_roads_hang_together_but_for_the_stated_oddities(net: Net) -> None:
    size = len(net.points)
    graph = coo_array((np.ones(len(net.pieces)), tuple(net.pieces.T)), shape=(size, size)).tocsr()
    parts = np.bincount(connected_components(graph, directed=False)[1])
    assert sorted(parts)[:-1] == [12] * len(ODDITIES)


def test_every_corner_can_be_reached_and_left_by_car(net: Net) -> None:
    one_way = net.which(oneway="yes")
    assert np.count_nonzero(one_way & net.which(junction="roundabout")) > 15
    assert np.count_nonzero(one_way & net.which(highway="residential")) > 10
    start, end = net.pieces.T
    both = ~one_way
    ends = np.r_[start, end[both]], np.r_[end, start[both]]
    graph = coo_array((np.ones(len(ends[0])), ends), shape=(len(net.points),) * 2).tocsr()
    parts = np.bincount(connected_components(graph, directed=True, connection="strong")[1])
    assert len(parts) == 1 + len(ODDITIES)


@pytest.mark.parametrize("barrier", ["River Severn", "Long Mynd"])
def test_barriers_are_passed_only_where_the_facts_say(net: Net, barrier: str) -> None:
    known = facts.read()
    passages = [point for over, point in known.crossings.values() if over == barrier]
    line = known.river if barrier == "River Severn" else known.ridges[barrier]
    bridges = net.lines()[net.which(bridge="yes")]
    named = shapely.STRtree(bridges).query_nearest(shapely.points(passages), return_distance=True)[1]
    assert named.max() < 150
    if barrier == "Long Mynd":
        passing = np.flatnonzero(shapely.intersects(line, net.lines()))
        assert len(passing) == 1
        assert net.tags[passing[0]]["bridge"] == "yes"
        assert net.tags[passing[0]]["name"] == "The Burway"


def test_main_roads_join_their_towns(net: Net) -> None:
    spots = {seat.name: seat.point for seat in facts.read().seats}
    lines: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for line, tags in zip(net.lines(), net.tags, strict=True):
        lines[tags.get("ref", "")].append(line)
    for ref, town in (("A49", "Craven Arms"), ("A53", "Hodnet"), ("A488", "Clun"), ("A458", "Much Wenlock")):
        assert shapely.union_all(lines[ref]).distance(shapely.Point(spots[town])) < 250


def test_roads_go_on_past_the_border(net: Net) -> None:
    outline = shapely.Polygon(facts.read().outline)
    beyond = shapely.distance(outline, shapely.points(net.points))
    assert np.count_nonzero(beyond > 5000) > 1000


def test_a_third_of_country_ends_are_dead(net: Net) -> None:
    degree = np.bincount(net.pieces.ravel(), minlength=len(net.points))
    street = np.zeros(len(net.points), dtype=bool)
    street[net.pieces[net.which(highway="residential")]] = True
    country = ~street & (degree != 2) & (degree > 0)
    assert 0.2 < np.mean(degree[country] == 1) < 0.5


def _small(path: Path, small_facts: Facts, seed: int) -> Path:
    rng = np.random.default_rng(seed)
    places = settlements.settled(small_facts, rng)
    picture, _ = roads.draw(small_facts, places, rng, progress=silent)
    roads.save(path, picture, small_facts, places, rng, progress=silent)
    return path


def test_the_same_seed_gives_the_same_file(tmp_path: Path, small_facts: Facts) -> None:
    one = _small(tmp_path / "one.osm.pbf", small_facts, 1)
    again = _small(tmp_path / "again.osm.pbf", small_facts, 1)
    other = _small(tmp_path / "other.osm.pbf", small_facts, 2)
    assert one.read_bytes() == again.read_bytes() != other.read_bytes()


def test_a_river_is_passed_by_its_bridge_alone(tmp_path: Path, small_facts: Facts) -> None:
    rng = np.random.default_rng(3)
    picture, barriers = roads.draw(small_facts, settlements.settled(small_facts, rng), rng, progress=silent)
    river = barriers.lines["River Severn"]
    passing = shapely.intersects(river, shapely.linestrings(picture.points[picture.pieces]))
    assert np.count_nonzero(passing) == 1
    assert picture.special[passing].tolist() == [1]
