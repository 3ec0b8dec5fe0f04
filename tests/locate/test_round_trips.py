"""What is written down of a point leads back to it, to the precision that was written."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch import crs
from geomatch.errors import InputError
from geomatch.locate import Spot, gridrefs, understand

EASTINGS = st.floats(0, 699_999.99)
NORTHINGS = st.floats(0, 1_299_999.99)
LONS, LATS = st.floats(-6.5, 1.5), st.floats(50.2, 58.5)
FIGURES = st.sampled_from([2, 4, 6, 8, 10])


def _spot(text: str) -> Spot:
    found = [each for each in understand(text).readings if isinstance(each, Spot)]
    assert len(found) == 1
    return found[0]


@settings(max_examples=200)
@given(EASTINGS, NORTHINGS, FIGURES, st.sampled_from([" ", "", "/", "-"]), st.booleans())
def test_a_grid_reference_leads_back_to_the_square_of_its_point(
    easting: float, northing: float, figures: int, divider: str, small: bool
) -> None:
    written = gridrefs.text((easting, northing), figures=figures)
    typed = written.replace(" ", divider)
    spot = _spot(typed.lower() if small else typed)
    side = gridrefs.side_metres(figures)
    assert spot.precision_metres == side
    assert abs(spot.easting - easting) <= side / 2 + 1e-6
    assert abs(spot.northing - northing) <= side / 2 + 1e-6
    assert spot.label == written
    assert gridrefs.text(spot.point, figures=figures) == written


@settings(max_examples=100)
@given(LONS, LATS, st.integers(2, 7), st.booleans())
def test_decimal_degrees_lead_back_in_either_order(
    lon: float, lat: float, places: int, swapped: bool
) -> None:
    parts = [f"{lon:.{places}f}", f"{lat:.{places}f}"]
    spot = understand(", ".join(reversed(parts) if swapped else parts)).readings[0]
    assert isinstance(spot, Spot)
    _is_close(spot, lon, lat)
    assert bool(spot.note) is swapped


@settings(max_examples=100)
@given(st.floats(-6.5, -0.1), LATS, st.booleans())
def test_degrees_minutes_and_seconds_lead_back(lon: float, lat: float, with_seconds: bool) -> None:
    text = f"{_sexagesimal(lat, with_seconds)}N {_sexagesimal(lon, with_seconds)}W"
    spot = understand(text).readings[0]
    assert isinstance(spot, Spot)
    _is_close(spot, lon, lat)


def _is_close(spot: Spot, lon: float, lat: float) -> None:
    easting, northing = crs.from_lonlat(lon, lat)
    assert abs(spot.easting - easting) <= spot.precision_metres + 1
    assert abs(spot.northing - northing) <= spot.precision_metres + 1


def _sexagesimal(degrees: float, with_seconds: bool) -> str:
    seconds = round(abs(degrees) * 3600)
    if with_seconds:
        return f"{seconds // 3600}°{seconds // 60 % 60:02d}'{seconds % 60:02d}\""
    minutes = min(abs(degrees) % 1 * 60, 59.999)
    return f"{int(abs(degrees))}°{minutes:.3f}'"


@settings(max_examples=300)
@given(st.text(max_size=250))
def test_no_text_at_all_does_more_than_be_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        assert understand(text).readings


@pytest.mark.parametrize(
    ("point", "written"),
    [
        ((429_157, 623_009), "NU 29 23"),
        ((342_800, 281_200), "SO 42 81"),
        ((0, 0), "SV 00 00"),
        ((699_999, 1_299_999), "JM 99 99"),
        ((530_000, 180_000), "TQ 30 80"),
    ],
)
def test_the_letters_are_ordnance_surveys(point: tuple[float, float], written: str) -> None:
    assert gridrefs.text(point, figures=4) == written


@pytest.mark.parametrize("figures", [0, 1, 3, 12])
def test_other_numbers_of_figures_are_refused(figures: int) -> None:
    with pytest.raises(InputError, match="expected 2, 4, 6, 8 or 10"):
        gridrefs.text((342_800, 281_200), figures=figures)


@pytest.mark.parametrize("point", [(-1, 0), (700_000, 0), (0, 1_300_000), (float("nan"), 0)])
def test_off_the_grid_there_is_no_reference(point: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="no grid reference"):
        gridrefs.text(point, figures=6)
