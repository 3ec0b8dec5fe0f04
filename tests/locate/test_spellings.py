"""Sixty and more ways in which people type a place, and what is understood."""

import pytest

from geomatch.errors import InputError
from geomatch.locate import MOST_LETTERS, Named, PostcodePart, PostcodeStart, Spot, Uprn, understand

POSTCODE = PostcodePart("postcode", "SY7 8BQ")
SECTOR, OUTCODE = PostcodePart("sector", "SY7 8"), PostcodePart("outcode", "SY7")
GRID = ("grid_reference", 342_850, 281_250, 100)
METRES = ("easting_northing", 349_120, 312_510, 1)
DEGREES = ("lonlat", 342_983.5, 281_667.5, 1114)
SECONDS = ("lonlat", 342_983.5, 281_667.5, 31)
MINUTES = ("lonlat", 342_983.5, 281_667.5, 186)

SPELLINGS = [
    ("SY7 8BQ", POSTCODE),
    ("sy78bq", POSTCODE),
    ("  Sy7   8bQ ", POSTCODE),
    ("S Y 7 8 B Q", POSTCODE),
    ("SY7-8BQ", POSTCODE),
    ("SY7.8BQ.", POSTCODE),
    ("SY7\u00a08BQ", POSTCODE),
    ("ＳＹ７　８ＢＱ", POSTCODE),
    ("SY7\u200b 8BQ", POSTCODE),
    ("SY7 OBQ", PostcodePart("postcode", "SY7 0BQ")),
    ("postcode: sy7 8bq", POSTCODE),
    ("Village Hall, Newton, SY7 8BQ", POSTCODE),
    ("SY7 8BQ, a hall for sixty", POSTCODE),
    ("near SY7 8BQ", POSTCODE),
    ("SY7", OUTCODE),
    ("sy7", OUTCODE),
    ("SY7 8", SECTOR),
    ("SY7-8", SECTOR),
    ("SY7 8B", PostcodeStart("SY78B")),
    ("sy78b", PostcodeStart("SY78B")),
    ("M1 1AE", PostcodePart("postcode", "M1 1AE")),
    ("EC1A1BB", PostcodePart("postcode", "EC1A 1BB")),
    ("SO 428 812", GRID),
    ("SO428812", GRID),
    ("so428812", GRID),
    ("SO 428812", GRID),
    ("SO428 812", GRID),
    ("SO-428-812", GRID),
    ("SO 428, 812", GRID),
    ("SO 428/812", GRID),
    ("S0 428 812", GRID),
    ("grid ref SO 428 812", GRID),
    ("NGR: SO428812", GRID),
    ("OS grid reference so 428 812", GRID),
    ("nr SO 428 812", GRID),
    ("SO 4281", ("grid_reference", 342_500, 281_500, 1_000)),
    ("SO 42850 81250", ("grid_reference", 342_850.5, 281_250.5, 1)),
    ("SO 4285 8125", ("grid_reference", 342_855, 281_255, 10)),
    ("SJ 4 1", ("grid_reference", 345_000, 315_000, 10_000)),
    ("349120,312510", METRES),
    ("349120 312510", METRES),
    ("349120 / 312510", METRES),
    ("E349120 N312510", METRES),
    ("349120E 312510N", METRES),
    ("N 312510, E 349120", METRES),
    ("easting 349120 northing 312510", METRES),
    ("Eastings: 349120, Northings: 312510", METRES),
    ("349120m, 312510m", METRES),
    ("-2.84, 52.43", DEGREES),
    ("52.43, -2.84", DEGREES),
    ("52.43 -2.84", DEGREES),
    ("(52.43, -2.84)", DEGREES),
    ("52.43;-2.84", DEGREES),
    ("52.43N 2.84W", DEGREES),
    ("52.43°N, 2.84°W", DEGREES),
    ("N52.43 W2.84", DEGREES),
    ("lat 52.43 lon -2.84", DEGREES),
    ("lon=-2.84&lat=52.43", DEGREES),
    ("latitude: 52.43, longitude: -2.84", DEGREES),
    ("geo:52.43,-2.84", DEGREES),
    ("52°25'48\"N 2°50'24\"W", SECONDS),
    ("52°25′48″N, 2°50′24″W", SECONDS),
    ("2°50'24\"W 52°25'48\"N", SECONDS),
    ("52 25 48 N 2 50 24 W", SECONDS),
    ("52:25:48N 2:50:24W", SECONDS),
    ("52d25m48sN 2d50m24sW", SECONDS),
    ("52 25 48, -2 50 24", SECONDS),
    ("52° 25.8' N, 2° 50.4' W", MINUTES),
    ("52 25.8 N, 2 50.4 W", MINUTES),
    ("N52 25.8 W2 50.4", MINUTES),
    ("UPRN 100070012345", Uprn(100070012345)),
    ("100070012345", Uprn(100070012345)),
    ("uprn: 000012345", Uprn(12345)),
    ("Ludlow", Named("Ludlow")),
    ("near Ludlow", Named("Ludlow")),
    ("close to Ludlow", Named("Ludlow")),
    ("Newton, Ellesmere Rural", Named("Newton", within="Ellesmere Rural")),
    ("Newton near Wem", Named("Newton", near="Wem")),
    ("Hengoed (near Oswestry)", Named("Hengoed", near="Oswestry")),
    ("Ludlow parish", Named("Ludlow", kind="parish")),
    ("parish of Ludlow", Named("Ludlow", kind="parish")),
    ("Ludlow (parish)", Named("Ludlow", kind="parish")),
    ("Ludlow East (division)", Named("Ludlow East", kind="division")),
    ("Strettondale (LJC)", Named("Strettondale", kind="ljc")),
    ("Newton, Wem parish", Named("Newton", within="Wem")),
    ("Bishop's Castle", Named("Bishop's Castle")),
    ("Llanfair-ym-Muallt", Named("Llanfair-ym-Muallt")),
]


@pytest.mark.parametrize(("text", "meant"), SPELLINGS)
def test_every_spelling_is_understood(text: str, meant: object) -> None:
    first = understand(text).readings[0]
    if not isinstance(meant, tuple):
        assert first == meant
        return
    assert isinstance(first, Spot)
    kind, easting, northing, precision = meant
    assert (first.kind, first.precision_metres) == (kind, precision)
    assert (first.easting, first.northing) == pytest.approx((easting, northing), abs=1)


def test_the_table_holds_more_than_sixty() -> None:
    assert len({text for text, _ in SPELLINGS}) > 60


@pytest.mark.parametrize("text", ["near Ludlow", "nr. SY7 8BQ", "close to SO 428 812"])
def test_near_is_said_with_the_question(text: str) -> None:
    assert understand(text).near
    assert not understand(text.partition(" ")[2].removeprefix("to ")).near


def test_an_outcode_may_be_a_sector_or_a_grid_reference_too() -> None:
    outcode, sector, grid, name = understand("SO42").readings
    assert outcode == PostcodePart("outcode", "SO42")
    assert sector == PostcodePart("sector", "SO4 2")
    assert isinstance(grid, Spot)
    assert name == Named("SO42")


def test_metres_the_other_way_round_are_read_that_way_second() -> None:
    plain, swapped = understand("312510, 349120").readings
    assert isinstance(swapped, Spot)
    assert (swapped.easting, swapped.northing, swapped.note) == (349_120, 312_510, "northing typed first")
    assert isinstance(plain, Spot)
    assert plain.note == ""


def test_axes_the_other_way_round_and_a_missing_minus_are_said() -> None:
    (swapped,) = understand("52.43, -2.84").readings
    assert isinstance(swapped, Spot)
    assert swapped.note == "latitude typed first"
    (west,) = understand("52.43, 2.84").readings
    assert isinstance(west, Spot)
    assert "as west" in west.note


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "nothing given"),
        (" ,. ", "nothing given"),
        ("so 42812", "5 figures"),
        ("SO 42 8123", "2 figures east and 4 north"),
        ("SO 428128 123456", "12 figures"),
        ("0,0", "not in Great Britain"),
        ("40.7, -74.0", "not in Great Britain"),
        ("52.4, 53.4", "not in Great Britain"),
        ("52N 53N", "the same axis twice"),
        ("nan, nan", "no number and no name"),
        ("inf", "no number and no name"),
        ("-Infinity NaN", "no number and no name"),
        ("99999999999999", "is no place"),
        ("12", None),
        ("!!!", "is no place"),
        ("\x00", "control characters"),
        ("Lud\x1blow", "control characters"),
        ("\ud800", "control characters"),
        ("<script>alert(1)</script>", "stands in no name"),
        ("' OR 1=1 --", "stands in no name"),
        ("'; DROP TABLE county", "stands in no name"),
        ("=HYPERLINK(1)", "stands in no name"),
        ("${jndi:x}", "stands in no name"),
        ("a" * (MOST_LETTERS + 1), "201 letters"),
        ("9" * 10_000_000, "10,000,000 letters"),
    ],
)
def test_what_cannot_be_a_place_is_refused_in_one_sentence(text: str, told: str | None) -> None:
    if told is None:
        assert understand(text).readings == (Uprn(12),)
        return
    with pytest.raises(InputError, match=told) as refused:
        understand(text)
    assert len(str(refused.value)) < 400
