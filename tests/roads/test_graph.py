"""A road graph that exists is a valid one."""

from dataclasses import replace

import numpy as np
import pytest

from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.roads import NOT_ALLOWED, RoadClass, RoadFlag, RoadGraph, permission


@pytest.fixture
def graph():
    """Two pieces in a row, the second with a bend."""
    return RoadGraph(
        node_ids=np.array([11, 12, 13], dtype=np.int64),
        node_xy=np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 200.0]]),
        source=np.array([0, 1], dtype=np.int32),
        target=np.array([1, 2], dtype=np.int32),
        metres=np.array([100.0, 240.0]),
        road_class=np.array([RoadClass.B, RoadClass.LOCAL], dtype=np.int8),
        flags=np.array([RoadFlag.CAR_FORWARD, RoadFlag.CAR_BACKWARD], dtype=np.int32),
        limit_kmh=np.array([48, 0], dtype=np.int16),
        deciseconds=np.array([[[72, -1]] * 3, [[-1, 254]] * 3], dtype=np.int32),
        names=("High Street", ""),
        refs=("B4368", ""),
        coords=np.array([[0, 0], [100, 0], [100, 0], [130, 100], [100, 200]], dtype=np.float64),
        offsets=np.array([0, 2, 5], dtype=np.int64),
    )


def test_times_and_lines_are_read_by_mode_and_by_row(graph):
    assert graph.times(Mode.CYCLE).tolist() == [[72, NOT_ALLOWED], [NOT_ALLOWED, 254]]
    assert [line.wkt for line in graph.lines(np.array([1, 0]))] == [
        "LINESTRING (100 0, 130 100, 100 200)",
        "LINESTRING (0 0, 100 0)",
    ]
    assert (graph.nodes, graph.pieces) == (3, 2)
    assert graph.nbytes == sum(
        [3 * 8, 3 * 16, 2 * 4, 2 * 4, 2 * 8, 2, 2 * 4, 2 * 2, 2 * 6 * 4, 5 * 16, 3 * 8]
    )


def test_a_graph_cannot_be_written_to_and_leaves_what_it_was_lent_alone(graph):
    lent = np.array([100.0, 240.0])
    made = replace(graph, metres=lent)
    with pytest.raises(ValueError, match="read-only"):
        made.metres[0] = 1.0
    lent[0] = 1.0
    assert lent.flags.writeable


def test_no_roads_at_all_make_a_graph(graph):
    nothing = replace(
        graph,
        node_ids=np.zeros(0, np.int64),
        node_xy=np.zeros((0, 2)),
        source=np.zeros(0, np.int32),
        target=np.zeros(0, np.int32),
        metres=np.zeros(0),
        road_class=np.zeros(0, np.int8),
        flags=np.zeros(0, np.int32),
        limit_kmh=np.zeros(0, np.int16),
        deciseconds=np.zeros((0, 3, 2), np.int32),
        names=(),
        refs=(),
        coords=np.zeros((0, 2)),
        offsets=np.zeros(1, np.int64),
    )
    assert nothing.pieces == 0


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("node_ids", np.array([11, 11, 13]), "node id 11 stands more than once"),
        ("node_xy", np.array([[np.nan, 0], [100, 0], [100, 200]]), "node 0 has a place that is not a number"),
        ("node_xy", np.array([[0, 0], [102.0, 0], [100, 200]]), "away from its"),
        ("source", np.array([0, 3], dtype=np.int32), "piece 1 has a source outside the nodes"),
        ("target", np.array([-1, 2], dtype=np.int32), "piece 0 has a target outside the nodes"),
        ("source", np.array([0, 1]), "source has shape"),
        ("metres", np.array([100.0, -1.0]), "piece 1 has a bad length"),
        ("metres", np.array([100.0, np.inf]), "piece 1 has a bad length"),
        ("metres", np.array([100.0]), r"metres has shape \(1,\)"),
        ("road_class", np.array([0, 99], dtype=np.int8), r"piece 0 \(and 1 more\) has an unknown road class"),
        ("limit_kmh", np.array([-5, 0], dtype=np.int16), "negative speed limit"),
        ("deciseconds", np.full((2, 3, 2), -2, dtype=np.int32), "negative time"),
        ("names", ("one",), "1 names; expected one for each of 2 pieces"),
        ("refs", (), "0 refs"),
        ("offsets", np.array([0, 2, 4]), "offsets run from 0 to 4; expected 0 to 5"),
        ("offsets", np.array([0, 1, 5]), "fewer than two points"),
        ("coords", np.full((5, 2), np.inf), "point 0"),
    ],
)
def test_columns_that_do_not_fit_are_refused(graph, column, value, words):
    with pytest.raises(InputError, match=words):
        replace(graph, **{column: value})


def test_every_mode_and_direction_has_a_permission_of_its_own():
    flags = [permission(mode, forward=forward) for mode in Mode for forward in (True, False)]
    assert [flag.name for flag in flags] == [
        "CAR_FORWARD",
        "CAR_BACKWARD",
        "FOOT_FORWARD",
        "FOOT_BACKWARD",
        "CYCLE_FORWARD",
        "CYCLE_BACKWARD",
    ]
