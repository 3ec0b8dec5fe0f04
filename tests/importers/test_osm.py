"""Roads from OpenStreetMap: small files written here with osmium, and a real county's."""

from dataclasses import replace

import numpy as np
import osmium
import pytest

from geomatch import crs, roads, travel
from geomatch.errors import InputError
from geomatch.importers import osm
from geomatch.model import Mode
from geomatch.roads import NOT_ALLOWED, RoadClass, RoadFlag

CAR, FOOT, CYCLE = range(3)
BOTH_WAYS, FORWARD, BACKWARD, NO_WAY = (True, True), (True, False), (False, True), (False, False)


@pytest.fixture
def written(tmp_path):
    """Write ways (id, node ids, tags) and node tags by id. Node n lies n thousandths of a degree north."""

    def write(ways, node_tags=None, missing=()):
        path = tmp_path / "made.osm.pbf"
        used = sorted({node for _, nodes, _ in ways for node in nodes} - set(missing))
        with osmium.SimpleWriter(str(path), overwrite=True) as file:
            for node in used:
                tags = (node_tags or {}).get(node, {})
                place = (-2.8, 52.5 + 0.001 * node)
                file.add_node(osmium.osm.mutable.Node(id=node, location=place, tags=tags, version=1))
            for number, nodes, tags in ways:
                file.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags, version=1))
        return path

    return write


def allowed(graph, row=0):
    """For (car, foot, cycle), whether they may go (forward, backward)."""
    return [tuple(time != NOT_ALLOWED for time in times) for times in graph.deciseconds[row].tolist()]


def one(written, **tags):
    """The only piece of a road with these tags (two underscores stand for a colon)."""
    graph = osm.read(written([(1, [1, 2], {key.replace("__", ":"): value for key, value in tags.items()})]))
    assert graph.pieces == 1
    return graph


def flags(graph, row=0):
    return RoadFlag(int(graph.flags[row]))


def test_a_road_is_split_where_another_meets_it(written):
    lane = {"highway": "unclassified", "name": "Clun Lane", "ref": "C12"}
    graph = osm.read(written([(7, [5, 6, 3, 1], {"highway": "service"}), (2, [1, 2, 3, 4], lane)]))
    assert graph.node_ids.tolist() == [1, 3, 4, 5]
    # In the order of way ids, whatever the order of the file.
    assert list(zip(graph.node_ids[graph.source], graph.node_ids[graph.target], strict=True)) == [
        (1, 3),
        (3, 4),
        (5, 3),
        (3, 1),
    ]
    assert graph.names == ("Clun Lane", "Clun Lane", "", "")
    assert graph.refs[0] == "C12"
    assert np.diff(graph.offsets).tolist() == [3, 2, 3, 2]
    expected = np.column_stack(crs.from_lonlat(np.full(4, -2.8), [52.501, 52.503, 52.504, 52.505]))
    assert np.abs(graph.node_xy - expected).max() < 0.02
    assert graph.metres[0] == pytest.approx(222.5, abs=0.3)


def test_a_loop_and_a_way_crossing_itself_keep_their_pieces(written):
    graph = osm.read(
        written([(1, [1, 2, 3, 1], {"highway": "residential"}), (2, [5, 6, 7, 6], {"highway": "road"})])
    )
    ends = list(zip(graph.node_ids[graph.source], graph.node_ids[graph.target], strict=True))
    assert ends == [(1, 1), (5, 6), (6, 6)]


def test_a_node_named_twice_running_makes_no_piece_of_its_own(written):
    graph = osm.read(written([(1, [1, 2, 2, 3], {"highway": "residential"})]))
    assert (graph.pieces, len(graph.coords)) == (1, 3)


@pytest.mark.parametrize(
    ("tags", "road_class"),
    [
        ({"highway": "motorway"}, RoadClass.MOTORWAY),
        ({"highway": "trunk"}, RoadClass.A_PRIMARY),
        ({"highway": "trunk", "oneway": "yes"}, RoadClass.A_DUAL),
        ({"highway": "trunk", "oneway": "yes", "maxspeed": "30 mph"}, RoadClass.A_PRIMARY),
        ({"highway": "primary", "dual_carriageway": "yes"}, RoadClass.A_DUAL),
        ({"highway": "primary", "oneway": "yes", "dual_carriageway": "no"}, RoadClass.A_OTHER),
        ({"highway": "primary", "junction": "roundabout"}, RoadClass.LINK),
        ({"highway": "secondary"}, RoadClass.B),
        ({"highway": "secondary", "junction": "roundabout"}, RoadClass.LINK),
        ({"highway": "tertiary", "junction": "roundabout"}, RoadClass.MINOR),
        ({"highway": "residential"}, RoadClass.LOCAL),
        ({"highway": "bridleway"}, RoadClass.PATH),
        ({"highway": "steps"}, RoadClass.STEPS),
        ({"route": "ferry"}, RoadClass.FERRY),
    ],
)
def test_highways_become_road_classes(written, tags, road_class):
    assert one(written, **tags).road_class.tolist() == [road_class]


@pytest.mark.parametrize(
    ("tags", "ways"),
    [
        ({"highway": "unclassified"}, [BOTH_WAYS] * 3),
        ({"highway": "motorway"}, [FORWARD, NO_WAY, NO_WAY]),
        ({"highway": "residential", "oneway": "yes"}, [FORWARD, BOTH_WAYS, FORWARD]),
        ({"highway": "residential", "oneway": "-1"}, [BACKWARD, BOTH_WAYS, BACKWARD]),
        (
            {"highway": "residential", "oneway": "yes", "oneway__bicycle": "no"},
            [FORWARD, BOTH_WAYS, BOTH_WAYS],
        ),
        (
            {"highway": "residential", "oneway": "yes", "cycleway": "opposite_lane"},
            [FORWARD, BOTH_WAYS, BOTH_WAYS],
        ),
        ({"highway": "residential", "oneway__bicycle": "yes"}, [BOTH_WAYS, BOTH_WAYS, FORWARD]),
        ({"highway": "tertiary", "junction": "roundabout"}, [FORWARD, BOTH_WAYS, FORWARD]),
        ({"highway": "tertiary", "junction": "roundabout", "oneway": "no"}, [BOTH_WAYS] * 3),
        ({"highway": "footway"}, [NO_WAY, BOTH_WAYS, NO_WAY]),
        ({"highway": "footway", "bicycle": "yes"}, [NO_WAY, BOTH_WAYS, BOTH_WAYS]),
        ({"highway": "footway", "access": "yes"}, [NO_WAY, BOTH_WAYS, NO_WAY]),
        ({"highway": "bridleway"}, [NO_WAY, BOTH_WAYS, BOTH_WAYS]),
        ({"highway": "track"}, [NO_WAY, BOTH_WAYS, BOTH_WAYS]),
        ({"highway": "track", "motor_vehicle": "yes"}, [BOTH_WAYS] * 3),
        ({"highway": "track", "designation": "byway_open_to_all_traffic"}, [BOTH_WAYS] * 3),
        (
            {"highway": "track", "designation": "byway_open_to_all_traffic", "motor_vehicle": "no"},
            [NO_WAY, BOTH_WAYS, BOTH_WAYS],
        ),
        (
            {"highway": "track", "access": "private", "designation": "public_footpath"},
            [NO_WAY, BOTH_WAYS, NO_WAY],
        ),
        ({"highway": "service", "access": "private", "foot": "yes"}, [NO_WAY, BOTH_WAYS, NO_WAY]),
        ({"highway": "service", "access": "destination"}, [BOTH_WAYS] * 3),
        ({"highway": "unclassified", "motor_vehicle": "no"}, [NO_WAY, BOTH_WAYS, BOTH_WAYS]),
        ({"highway": "unclassified", "vehicle": "no"}, [NO_WAY, BOTH_WAYS, NO_WAY]),
        ({"highway": "unclassified", "foot": "no"}, [BOTH_WAYS, NO_WAY, BOTH_WAYS]),
        ({"highway": "trunk"}, [BOTH_WAYS, NO_WAY, BOTH_WAYS]),
        ({"highway": "trunk", "sidewalk": "left"}, [BOTH_WAYS] * 3),
        ({"highway": "trunk", "foot": "designated"}, [BOTH_WAYS] * 3),
        ({"highway": "trunk", "maxspeed": "30 mph"}, [BOTH_WAYS] * 3),
        ({"route": "ferry"}, [NO_WAY, BOTH_WAYS, BOTH_WAYS]),
        ({"route": "ferry", "motor_vehicle": "yes"}, [BOTH_WAYS] * 3),
    ],
)
def test_who_may_go_which_way(written, tags, ways):
    assert allowed(one(written, **tags)) == ways


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"maxspeed": "30 mph"}, 48),
        ({"maxspeed": "50"}, 50),
        ({"maxspeed": "signals"}, 0),
        ({"maxspeed": "0"}, 0),
        ({"maxspeed": "national", "maxspeed__type": "GB:nsl_single"}, 97),
        ({"source__maxspeed": "UK:nsl_dual"}, 113),
        ({}, 0),
    ],
)
def test_a_stated_limit_is_read_in_its_unit(written, tags, kmh):
    assert one(written, highway="unclassified", **tags).limit_kmh.tolist() == [kmh]


@pytest.mark.parametrize(
    ("tags", "built_up"),
    [
        ({"highway": "unclassified"}, False),
        ({"highway": "residential"}, True),
        ({"highway": "residential", "maxspeed": "40 mph"}, False),
        ({"highway": "unclassified", "maxspeed": "20 mph"}, True),
        ({"highway": "unclassified", "lit": "yes"}, True),
        ({"highway": "unclassified", "lit": "no"}, False),
        ({"highway": "unclassified", "abutters": "residential"}, True),
        ({"highway": "tertiary", "maxspeed__type": "GB:nsl_restricted"}, True),
    ],
)
def test_built_up_is_told_by_limit_lamps_and_houses(written, tags, built_up):
    assert (RoadFlag.BUILT_UP in flags(one(written, **tags))) is built_up


def test_bridges_tunnels_and_one_way_streets_are_marked(written):
    assert RoadFlag.BRIDGE in flags(one(written, highway="unclassified", bridge="yes"))
    assert RoadFlag.TUNNEL in flags(one(written, highway="unclassified", tunnel="yes"))
    assert RoadFlag.ONE_WAY in flags(one(written, highway="unclassified", oneway="-1"))


def test_a_ford_on_a_node_marks_the_piece_that_crosses_it(written):
    lane, track = (
        (1, [1, 2, 3, 4], {"highway": "unclassified"}),
        (2, [3, 9], {"highway": "track", "ford": "yes"}),
    )
    graph = osm.read(written([lane, track], {2: {"ford": "yes"}}))
    assert [bool(RoadFlag.FORD & flags(graph, row)) for row in range(3)] == [True, False, True]


def test_a_ferry_keeps_its_timetable_to_the_decisecond(written):
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "0:20"}
    graph = osm.read(written([(1, [1, 2, 5, 7], ferry), (2, [2, 9], {"highway": "path"})]))
    boats = (graph.flags & RoadFlag.FERRY) != 0
    assert boats.tolist() == [True, True, False]
    assert graph.deciseconds[boats].sum(axis=0).tolist() == [[12_000, 12_000]] * 3
    assert graph.deciseconds[0, 0, 0] == 2000
    slower = roads.timed_again(graph, roads.SPEEDS.overridden({"path": {"foot": [2, 2]}}))
    assert np.array_equal(slower.deciseconds[boats], graph.deciseconds[boats])
    assert slower.deciseconds[2, FOOT, 0] > graph.deciseconds[2, FOOT, 0]


@pytest.mark.parametrize(("text", "deciseconds"), [("25", 15_000), ("01:05:30", 39_300), ("PT1H5M", 39_000)])
def test_a_ferry_duration_in_any_documented_spelling(written, text, deciseconds):
    assert one(written, route="ferry", duration=text).deciseconds[0, FOOT, 0] == deciseconds


def test_a_ferry_without_a_duration_goes_at_the_table_speed(written):
    graph = one(written, route="ferry", duration="soon")
    assert graph.deciseconds[0, FOOT, 0] == round(graph.metres[0] * 3.6)


@pytest.mark.parametrize(
    ("tags", "stopped"),
    [
        ({"barrier": "bollard"}, {Mode.CAR}),
        ({"barrier": "stile"}, {Mode.CAR, Mode.CYCLE}),
        ({"barrier": "gate", "access": "private"}, {Mode.CAR, Mode.FOOT, Mode.CYCLE}),
        ({"barrier": "gate", "motor_vehicle": "private"}, {Mode.CAR}),
    ],
)
def test_a_barrier_parts_the_road_for_those_it_stops(written, tags, stopped):
    graph = osm.read(written([(1, [1, 2, 3], {"highway": "unclassified"})], {2: tags}))
    ends = list(zip(graph.node_ids[graph.source], graph.node_ids[graph.target], strict=True))
    assert ends == [(1, 2), (-2, 3), (2, -2)]
    assert graph.metres[2] == 0
    for row, mode in enumerate(roads.MODES):
        assert (graph.deciseconds[2, row].tolist() == [NOT_ALLOWED] * 2) == (mode in stopped)


@pytest.mark.parametrize(
    "tags", [{"barrier": "gate"}, {"barrier": "cattle_grid"}, {"barrier": "bollard", "motor_vehicle": "yes"}]
)
def test_what_everybody_may_pass_is_no_barrier(written, tags):
    assert osm.read(written([(1, [1, 2, 3], {"highway": "unclassified"})], {2: tags})).pieces == 1


def test_a_bollard_between_two_ways_parts_them_and_one_at_a_junction_is_ignored(written):
    lane = {"highway": "unclassified"}
    parted = osm.read(written([(1, [1, 2], lane), (2, [2, 3], lane)], {2: {"barrier": "bollard"}}))
    assert parted.node_ids.tolist() == [-2, 1, 2, 3]
    whole = osm.read(
        written([(1, [1, 2], lane), (2, [2, 3], lane), (3, [2, 4], lane)], {2: {"barrier": "bollard"}})
    )
    assert whole.node_ids.tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "construction"},
        {"highway": "service", "access": "private"},
        {"railway": "rail"},
        {"route": "bus"},
    ],
)
def test_what_nobody_may_use_is_no_road(written, tags):
    with pytest.raises(InputError, match="no roads in it"):
        osm.read(written([(1, [1, 2], tags)]))


def test_a_way_that_leaves_the_extract_keeps_the_parts_it_has(written):
    path = written([(1, [1, 2, 3, 4, 5, 6], {"highway": "unclassified"})], missing=[3, 5])
    graph = osm.read(path)
    ends = list(zip(graph.node_ids[graph.source], graph.node_ids[graph.target], strict=True))
    assert ends == [(1, 2)]


def test_roads_of_another_country_are_refused_in_one_line(tmp_path):
    path = tmp_path / "france.osm.pbf"
    with osmium.SimpleWriter(str(path)) as file:
        for node in (1, 2):
            file.add_node(osmium.osm.mutable.Node(id=node, location=(2.35, 48.85 + node / 100), version=1))
        file.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2], tags={"highway": "road"}, version=1))
    with pytest.raises(InputError, match=r"node 1 at longitude 2\.35000.*expected roads of Great Britain"):
        osm.read(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"absent\.osm\.pbf: not a whole OpenStreetMap file"):
        osm.read(tmp_path / "absent.osm.pbf")


@pytest.fixture(scope="module")
def rutland_file(test_data):
    return test_data / "rutland" / "rutland_2021-05-07.osm.pbf"


@pytest.fixture(scope="module")
def rutland(rutland_file):
    return osm.read(rutland_file)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused_in_one_line(rutland_file, tmp_path, share):
    whole = rutland_file.read_bytes()
    path = tmp_path / "torn.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match=r"torn\.osm\.pbf: not a whole OpenStreetMap file") as caught:
        osm.read(path)
    assert "\n" not in str(caught.value)


def test_a_corrupt_file_is_refused(rutland_file, tmp_path):
    broken = bytearray(rutland_file.read_bytes())
    broken[700_000:700_200] = b"\0" * 200
    path = tmp_path / "broken.osm.pbf"
    path.write_bytes(bytes(broken))
    with pytest.raises(InputError, match="not a whole OpenStreetMap file"):
        osm.read(path)


def test_a_whole_county_is_read(rutland):
    driven = (rutland.times(Mode.CAR) != NOT_ALLOWED).any(axis=1)
    # 906 km drivable by simple counting, private drives included; without those somewhat fewer.
    assert 860_000 < rutland.metres[driven].sum() < 906_000
    assert (rutland.node_ids > 0).sum() == len(np.unique(np.abs(rutland.node_ids)))
    assert {"A606", "B668"} <= set(rutland.refs)
    assert ((rutland.flags & RoadFlag.FORD) != 0).sum() > 0
    drawn = np.array([line.length for line in rutland.lines(np.arange(rutland.pieces))])
    assert np.abs(drawn - rutland.metres).max() < 1e-6


def test_reading_twice_gives_the_same(rutland, rutland_file):
    again = osm.read(rutland_file)
    assert np.array_equal(again.deciseconds, rutland.deciseconds)
    assert np.array_equal(again.coords, rutland.coords)
    assert again.names == rutland.names


def test_nearly_all_of_a_county_is_one_network(rutland):
    for mode, share in ((Mode.CAR, 0.95), (Mode.FOOT, 0.92), (Mode.CYCLE, 0.94)):
        usable = (rutland.times(mode) != NOT_ALLOWED).any(axis=1)
        network = travel.prepare(rutland, mode)
        assert rutland.metres[network.edges].sum() > share * rutland.metres[usable].sum()


def test_a_journey_by_a_road_comes_near_35_mph(rutland):
    """Single-carriageway A roads, villages and all, against DfT's 35 mph for local A roads in Shropshire."""
    a_roads = np.isin(rutland.road_class, (RoadClass.A_PRIMARY, RoadClass.A_OTHER))
    times = rutland.times(Mode.CAR)[a_roads, 0]
    kmh = rutland.metres[a_roads][times > 0].sum() / times[times > 0].sum() * 36
    assert 33 < kmh / 1.609344 < 38


def test_progress_is_told(rutland_file):
    told = []
    osm.read(rutland_file, progress=lambda *words: told.append(words[0]))
    assert told[0] == "reading OpenStreetMap ways"
    assert told[-1] == "splitting roads at junctions"


def test_a_county_may_have_speeds_of_its_own(rutland, rutland_file):
    ours = roads.SPEEDS.overridden({"b": {"car": [25, 15]}})
    read_so = osm.read(rutland_file, speeds=ours)
    assert np.array_equal(read_so.deciseconds, roads.timed_again(rutland, ours).deciseconds)
    b_roads = rutland.road_class == RoadClass.B
    assert (read_so.deciseconds[b_roads, CAR, 0] >= rutland.deciseconds[b_roads, CAR, 0]).all()
    assert np.array_equal(read_so.deciseconds[~b_roads], rutland.deciseconds[~b_roads])
    assert replace(read_so, deciseconds=rutland.deciseconds).names == rutland.names
