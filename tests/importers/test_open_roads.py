"""Roads from OS Open Roads: no real file is at hand, so small ones are written after the published schema."""

import numpy as np
import pyogrio
import pytest
import shapely

from geomatch import travel
from geomatch.errors import InputError
from geomatch.importers import open_roads
from geomatch.model import Mode
from geomatch.roads import NOT_ALLOWED, SPEEDS, RoadClass, RoadFlag

# Publisher's node ids are text.
PLACES = {"{A}": (344_000.0, 293_000.0), "{B}": (345_000.0, 293_000.0), "{C}": (345_000.0, 294_000.0)}


def link(identifier, start="{A}", end="{B}", **columns):
    line = shapely.LineString([PLACES[start], PLACES[end]])
    usual = {
        "id": identifier,
        "fictitious": False,
        "road_classification": "Unclassified",
        "road_function": "Local Road",
        "form_of_way": "Single Carriageway",
        "road_classification_number": None,
        "name_1": None,
        "name_1_lang": None,
        "name_2": None,
        "name_2_lang": None,
        "road_structure": None,
        "length": float(round(line.length)),
        "length_uom": "m",
        "loop": start == end,
        "primary_route": False,
        "trunk_road": False,
        "start_node": start,
        "end_node": end,
        "road_number_toid": None,
        "road_name_toid": None,
    }
    return {**usual, **columns, "geometry": line}


@pytest.fixture
def written(tmp_path):
    """Write links as layer ``road_link``, one column of its published type each."""

    def write(*links, layer="road_link", crs="EPSG:27700", without=(), extra=()):
        path = tmp_path / "oproad.gpkg"
        names = [name for name in links[0] if name != "geometry" and name not in without]
        columns = [column_of(name, [one[name] for one in links]) for name in names]
        columns += [np.zeros(len(links)) for _ in extra]
        shapes = shapely.to_wkb(np.array([one["geometry"] for one in links]))
        pyogrio.raw.write(
            path,
            shapes,
            columns,
            [*names, *extra],
            layer=layer,
            crs=crs,
            geometry_type="LineString",
            driver="GPKG",
        )
        return path

    return write


def column_of(name, values):
    kinds = {"fictitious": np.bool_, "loop": np.bool_, "primary_route": np.bool_, "trunk_road": np.bool_}
    kinds["length"] = np.float64
    return np.array(values, dtype=kinds.get(name, object))


def test_links_are_joined_by_their_node_ids(written):
    graph = open_roads.read(
        written(
            link("{2}", "{B}", "{C}", name_1="Stretton Road"),
            link("{1}", "{A}", "{B}", road_function="B Road", road_classification_number="B4370"),
        )
    )
    assert (graph.source.tolist(), graph.target.tolist()) == ([0, 1], [1, 2])
    assert graph.node_ids.tolist() == [0, 1, 2]
    assert graph.node_xy.tolist() == [list(place) for place in PLACES.values()]
    assert graph.metres.tolist() == [1000.0, 1000.0]
    assert graph.refs == ("B4370", "")
    assert graph.names == ("", "Stretton Road")
    assert travel.prepare(graph, Mode.CAR).nodes.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("columns", "road_class"),
    [
        ({"road_function": "Motorway"}, RoadClass.MOTORWAY),
        ({"road_function": "A Road"}, RoadClass.A_OTHER),
        ({"road_function": "A Road", "primary_route": True}, RoadClass.A_PRIMARY),
        ({"road_function": "A Road", "trunk_road": True}, RoadClass.A_PRIMARY),
        ({"road_function": "A Road", "form_of_way": "Collapsed Dual Carriageway"}, RoadClass.A_DUAL),
        (
            {"road_function": "A Road", "primary_route": True, "form_of_way": "Dual Carriageway"},
            RoadClass.A_DUAL,
        ),
        ({"road_function": "A Road", "form_of_way": "Roundabout"}, RoadClass.LINK),
        ({"road_function": "B Road", "form_of_way": "Slip Road"}, RoadClass.LINK),
        ({"road_function": "Motorway", "form_of_way": "Slip Road"}, RoadClass.MOTORWAY),
        ({"road_function": "Minor Road", "form_of_way": "Roundabout"}, RoadClass.MINOR),
        ({"road_function": "Local Road"}, RoadClass.LOCAL),
        ({"road_function": "Restricted Local Access Road"}, RoadClass.ACCESS),
        ({"road_function": "Secondary Access Road"}, RoadClass.ACCESS),
    ],
)
def test_functions_and_forms_become_road_classes(written, columns, road_class):
    assert open_roads.read(written(link("{1}", **columns))).road_class.tolist() == [road_class]


def test_cars_alone_use_motorways_and_nobody_a_guided_busway(written):
    graph = open_roads.read(
        written(
            link("{1}", road_function="Motorway"),
            link("{2}", form_of_way="Guided Busway"),
            link("{3}", road_structure="Road In Tunnel"),
        )
    )
    assert (graph.deciseconds[0] != NOT_ALLOWED).tolist() == [[True, True], [False, False], [False, False]]
    assert (graph.deciseconds[1] == NOT_ALLOWED).all()
    assert (graph.deciseconds[2] != NOT_ALLOWED).all()
    assert RoadFlag.TUNNEL in RoadFlag(int(graph.flags[2]))


def test_many_junctions_close_together_are_a_built_up_area(written, monkeypatch):
    for number in range(5):
        monkeypatch.setitem(PLACES, f"{{V{number}}}", (350_000.0 + 40 * number, 290_000.0))
        monkeypatch.setitem(PLACES, f"{{W{number}}}", (350_000.0 + 40 * number, 290_050.0))
    village = [link(f"{{v{n}}}", f"{{V{n}}}", f"{{W{n}}}") for n in range(5)]
    graph = open_roads.read(written(link("{lane}"), *village))
    built_up = [bool(flags & RoadFlag.BUILT_UP) for flags in graph.flags.tolist()]
    assert built_up == [False] + [True] * 5
    assert graph.deciseconds[0, 0, 0] == 1059  # 1 km at 34 km/h
    assert graph.deciseconds[1, 0, 0] == 64  # 50 m at 28 km/h


def test_a_box_keeps_the_links_that_touch_it(written):
    path = written(link("{1}", "{A}", "{B}"), link("{2}", "{B}", "{C}"))
    graph = open_roads.read(path, bbox=(343_000, 292_000, 344_500, 293_500))
    assert graph.pieces == 1
    assert graph.node_xy[:, 0].tolist() == [344_000.0, 345_000.0]
    with pytest.raises(InputError, match="no road link within"):
        open_roads.read(path, bbox=(1, 1, 2, 2))
    with pytest.raises(InputError, match="west, south, east, north"):
        open_roads.read(path, bbox=(2, 1, 1, 2))


def test_the_order_of_rows_changes_nothing(written):
    links = [link("{3}", "{C}", "{A}"), link("{1}", "{A}", "{B}"), link("{2}", "{B}", "{C}")]
    graph = open_roads.read(written(*links))
    same = open_roads.read(written(*reversed(links)))
    assert np.array_equal(graph.source, same.source)
    assert np.array_equal(graph.coords, same.coords)


def test_speeds_of_a_county_are_used(written):
    ours = SPEEDS.overridden({"local": {"car": [36, 36]}})
    assert open_roads.read(written(link("{1}")), speeds=ours).deciseconds[0, 0].tolist() == [1000, 1000]


def test_missing_and_unexpected_columns_are_listed(written):
    path = written(link("{1}"), without=("form_of_way", "start_node"), extra=("formOfWay", "mood"))
    with pytest.raises(
        InputError, match=r"road_link without form_of_way, start_node; unexpected: formOfWay, mood; expected"
    ):
        open_roads.read(path)


def test_another_layer_crs_or_function_is_refused(written):
    with pytest.raises(InputError, match=r"layers roads; expected road_link"):
        open_roads.read(written(link("{1}"), layer="roads"))


def test_another_crs_is_refused(written):
    with pytest.raises(InputError, match=r"CRS EPSG:4326; expected EPSG:27700"):
        open_roads.read(written(link("{1}"), crs="EPSG:4326"))


def test_a_function_we_do_not_know_is_refused(written):
    with pytest.raises(InputError, match=r"road_function 'Canal'; expected one of Motorway"):
        open_roads.read(written(link("{1}", road_function="Canal")))


def test_a_link_drawn_away_from_its_node_is_refused(written):
    astray = {**link("{2}", "{B}", "{C}"), "geometry": shapely.LineString([(0, 0), PLACES["{C}"]])}
    with pytest.raises(InputError, match="its drawn end away from its source node"):
        open_roads.read(written(link("{1}"), astray))


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_torn_file_is_refused_in_one_line(written, tmp_path, share):
    whole = written(*[link(f"{{{number}}}") for number in range(500)]).read_bytes()
    path = tmp_path / "torn.gpkg"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match=r"torn\.gpkg: cannot be read") as caught:
        open_roads.read(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"absent\.gpkg: cannot be read"):
        open_roads.read(tmp_path / "absent.gpkg")
