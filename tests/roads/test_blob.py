"""Road graphs as bytes: the same back again, and never believed when torn."""

from dataclasses import fields, replace

import numpy as np
import pytest

from geomatch.errors import InputError
from geomatch.importers import osm
from geomatch.roads import RoadClass, RoadGraph, blob


@pytest.fixture(scope="module")
def lanes():
    """Two lanes of one name, one of them with a bend."""
    coords = np.array([(0, 0), (100, 0), (100, 0), (150, 50), (100, 100)], dtype=np.float64)
    return RoadGraph(
        node_ids=np.array([7, 5, 9]),
        node_xy=np.array([(0, 0), (100, 0), (100, 100)], dtype=np.float64),
        source=np.array([0, 1], dtype=np.int32),
        target=np.array([1, 2], dtype=np.int32),
        metres=np.array([100.0, 141.5]),
        road_class=np.full(2, RoadClass.LOCAL, dtype=np.int8),
        flags=np.array([256, 768], dtype=np.int32),
        limit_kmh=np.array([0, 48], dtype=np.int16),
        deciseconds=np.arange(12, dtype=np.int32).reshape(2, 3, 2),
        names=("Lôn Pen-y-bont", "Lôn Pen-y-bont"),
        refs=("", "A488\n"),
        coords=coords,
        offsets=np.array([0, 2, 5]),
    )


def assert_same(one, other):
    for column in fields(RoadGraph):
        a, b = getattr(one, column.name), getattr(other, column.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype
            assert np.array_equal(a, b), column.name
        else:
            assert a == b


def test_a_graph_comes_back_as_it_was(lanes):
    assert_same(blob.from_bytes(blob.to_bytes(lanes)), lanes)


def test_a_whole_county_comes_back_as_it_was(test_data):
    graph = osm.read(test_data / "rutland" / "rutland_2021-05-07.osm.pbf")
    assert_same(blob.from_bytes(blob.to_bytes(graph)), graph)


def test_other_times_or_names_have_another_digest(lanes):
    slower = replace(lanes, deciseconds=(lanes.deciseconds + 1).astype(np.int32))
    renamed = replace(lanes, names=("Lôn Pen-y-bont", ""))
    digests = {blob.digest(blob.to_bytes(graph)) for graph in (lanes, slower, renamed, replace(lanes))}
    assert len(digests) == 3


@pytest.mark.parametrize("wound", ["half", "empty", "bit", "longer", "version", "counts"])
def test_a_wounded_graph_is_refused(lanes, wound):
    whole = blob.to_bytes(lanes)
    torn = {
        "half": whole[: len(whole) // 2],
        "empty": b"",
        "bit": whole[:150] + bytes([whole[150] ^ 1]) + whole[151:],
        "longer": whole + b"\0",
        "version": whole[:14] + b"\x63" + whole[15:],
        "counts": whole[:47] + b"\x02" + whole[48:],
    }
    with pytest.raises(InputError, match="road graph"):
        blob.from_bytes(torn[wound])
