"""Hierarchies on disk: found again, and never believed when torn."""

import numpy as np
import pytest

from geomatch import travel
from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.roads import RoadClass, RoadFlag, RoadGraph
from geomatch.services import hierarchies
from geomatch.travel import blob


def lattice(seconds):
    """Lanes on a grid of 8 by 8, each of a length of time of its own."""
    side = np.arange(64).reshape(8, 8)
    ends = np.concatenate(
        [
            np.stack([side[:, :-1], side[:, 1:]], -1).reshape(-1, 2),
            np.stack([side[:-1], side[1:]], -1).reshape(-1, 2),
        ]
    ).astype(np.int32)
    xy = np.stack(np.divmod(np.arange(64), 8), -1) * 100.0
    times = 10 * seconds + np.arange(len(ends), dtype=np.int32) % 7
    m = len(ends)
    return RoadGraph(
        node_ids=np.arange(64),
        node_xy=xy,
        source=ends[:, 0].copy(),
        target=ends[:, 1].copy(),
        metres=np.full(m, 100.0),
        road_class=np.full(m, RoadClass.LOCAL, dtype=np.int8),
        flags=np.full(m, RoadFlag.CAR_FORWARD, dtype=np.int32),
        limit_kmh=np.zeros(m, dtype=np.int16),
        deciseconds=np.broadcast_to(times[:, None, None], (m, 3, 2)).astype(np.int32),
        names=("",) * m,
        refs=("",) * m,
        coords=xy[ends.reshape(-1)],
        offsets=np.arange(0, 2 * m + 1, 2),
    )


@pytest.fixture
def network():
    return travel.prepare(lattice(6), Mode.CAR)


def built(network, folder):
    """The network from the folder, and whether a hierarchy was worked out for it."""
    steps = []
    ready = hierarchies.contracted(network, folder, progress=lambda step, *_: steps.append(step))
    return ready, "ordering the roads by importance" in steps


def minutes(network):
    return travel.matrix(network, network.graph.node_xy, network.graph.node_xy, max_minutes=None).dense()


def test_the_second_time_it_is_found_and_answers_alike(network, tmp_path):
    first, made = built(network, tmp_path)
    again, made_again = built(network, tmp_path)
    assert (made, made_again) == (True, False)
    assert np.array_equal(minutes(again), minutes(first))
    assert np.array_equal(minutes(again), minutes(network))
    assert [file.suffix for file in tmp_path.iterdir()] == [".hierarchy"]


@pytest.mark.parametrize("wound", ["half", "empty", "bit", "longer"])
def test_a_wounded_file_is_worked_out_anew(network, tmp_path, wound):
    built(network, tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    torn = {"half": whole[: len(whole) // 2], "empty": b"", "longer": whole + b"\0\0\0\0"}
    torn["bit"] = whole[:200] + bytes([whole[200] ^ 1]) + whole[201:]
    file.write_bytes(torn[wound])
    healed, made = built(network, tmp_path)
    assert made
    assert file.read_bytes() == whole
    assert np.array_equal(minutes(healed), minutes(network))


def test_other_speeds_have_a_file_of_their_own(network, tmp_path):
    built(network, tmp_path)
    slower, made = built(travel.prepare(lattice(9), Mode.CAR), tmp_path)
    assert made
    assert len(list(tmp_path.iterdir())) == 2
    assert minutes(slower)[0, 1] > minutes(network)[0, 1]


def test_bytes_of_other_roads_or_another_version_are_refused(network):
    hierarchy = travel.contract(network).hierarchy
    content = blob.to_bytes(hierarchy, network.arcs)
    with pytest.raises(InputError, match="of other roads or speeds"):
        blob.from_bytes(content, travel.prepare(lattice(9), Mode.CAR).arcs)
    with pytest.raises(InputError, match="of format"):
        blob.from_bytes(content[:11] + b"\x63" + content[12:], network.arcs)
    with pytest.raises(InputError, match="of 0 bytes"):
        blob.from_bytes(b"", network.arcs)
