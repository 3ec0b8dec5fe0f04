"""A small made-up county."""

import numpy as np
import pytest
import shapely

from geomatch.sample.facts import Facts, MainRoad, Piece, Seat, Settlement


@pytest.fixture(scope="session")
def small_facts() -> Facts:
    """A square county of 8 km: three parishes, five settlements; a river, one bridge, two roads."""
    seats = (
        Seat("E04000001", "Westby", "Westby", (342_000.0, 304_000.0), 900),
        Seat("E04000002", "Eastby", "Eastby", (346_000.0, 304_500.0), 3000),
        Seat("E04000003", "Northby", "Northby", (343_000.0, 306_800.0), 60),
    )
    return Facts(
        seats=seats,
        pieces=(
            Piece("E05000001", "West", "E04000001", None),
            Piece("E05000001", "West", "E04000002", (345_800.0, 304_500.0)),
            Piece("E05000002", "East", "E04000002", (346_600.0, 304_500.0)),
            Piece("E05000003", "North", "E04000003", None),
        ),
        settlements=(
            Settlement("junction", "Crossways", (345_000.0, 306_000.0), 0),
            Settlement("village", "Southby", (341_500.0, 301_500.0), 300),
            Settlement("village", "Farby", (347_000.0, 301_000.0), 250),
        ),
        roads=(
            MainRoad("A1", "", "primary", ("Westby", "@Only Bridge", "Eastby")),
            MainRoad("B1", "", "secondary", ("Northby", "@Only Bridge", "Crossways", "Eastby")),
        ),
        crossings={"Only Bridge": ("River Severn", (344_000.0, 304_200.0))},
        outline=np.array([[340e3, 300e3], [348e3, 300e3], [348e3, 308e3], [340e3, 308e3]]),
        river=shapely.LineString([(344e3, 285e3), (344e3, 304e3), (344.3e3, 325e3)]),
        ridges={"Long Mynd": shapely.LineString([(341e3, 305e3), (341.5e3, 306.5e3)])},
    )
