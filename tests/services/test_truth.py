"""Our journeys beside those that a router for heavy goods vehicles found on Shropshire's real roads."""

import json

import pytest

from geomatch import crs
from geomatch.errors import InputError
from geomatch.services import truth

WEST, MIDDLE, EAST, NORTH = (
    (344_000 + x, 293_000 + y) for x, y in ((0, 0), (1000, 0), (2000, 0), (1000, 1000))
)


def leg(points, metres, seconds):
    lon, lat = crs.to_lonlat(*zip(*points, strict=True))
    return {
        "geometry": {"type": "LineString", "coordinates": list(zip(lon.tolist(), lat.tolist(), strict=True))},
        "properties": {"distance": metres, "duration": seconds},
    }


@pytest.fixture
def written(tmp_path):
    def write(*features):
        file = tmp_path / "legs.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return truth.read([file])

    return write


def test_lines_that_cross_are_cut_there_and_their_shared_part_is_one_road(written):
    graph = truth.roads(written(leg([WEST, MIDDLE, EAST], 2000, 120), leg([WEST, MIDDLE, NORTH], 2000, 120)))
    assert (graph.nodes, graph.pieces) == (4, 3)
    assert graph.metres == pytest.approx([1000] * 3, abs=0.1)


def test_a_way_that_the_other_router_did_not_take_counts_as_an_error_of_length(written):
    detour = leg([WEST, NORTH, MIDDLE, EAST], 1414.2 + 2000, 240)
    found = truth.compare(written(detour, leg([WEST, MIDDLE], 1000, 60)))
    assert (found.journeys, found.routed) == (2, 2)
    assert found.length_error[2] == pytest.approx(1 - 2000 / 3414.2, abs=0.001)
    assert found.length_error[0] == pytest.approx(found.length_error[2] / 2, abs=0.001)


def test_minutes_are_compared_at_the_speed_of_one_class(written):
    found = truth.compare(written(leg([WEST, EAST], 2000, 2000 * 3.6 / 21)))
    assert found.their_kmh[1] == pytest.approx(21)
    assert found.minutes_ratio[1] == pytest.approx(found.our_kmh / 21, abs=0.01)


def test_a_file_of_something_else_is_refused(tmp_path, written):
    file = tmp_path / "odd.geojson"
    for text in ("[]", '{"features": [{"geometry": null}]}', "nonsense"):
        file.write_text(text)
        with pytest.raises(InputError, match="expected GeoJSON lines with distance and duration"):
            truth.read([file])
    with pytest.raises(InputError, match="no journeys"):
        truth.compare(written())


@pytest.mark.parametrize("year", [2019, 2020])
def test_shropshires_routed_journeys_are_as_long_as_they_are_said_to_be(test_data, year):
    legs = truth.read([test_data / "shropshire" / f"routed_legs_{year}.geojson"])
    found = truth.compare(legs)
    assert found.routed == found.journeys == {2019: 265, 2020: 178}[year]
    assert found.length_error[0] < 0.01
    assert found.length_error[1] < 0.01


def test_shropshires_routed_journeys_take_what_the_readme_says(test_data, root):
    folder = test_data / "shropshire"
    found = truth.compare(truth.read([folder / f"routed_legs_{year}.geojson" for year in (2019, 2020)]))
    low, middle, high = found.minutes_ratio
    words = f"{middle:.2f} times ours (from {low:.2f} to {high:.2f} for nine in ten)"
    assert words in " ".join((root / "README.md").read_text("utf-8").split())
