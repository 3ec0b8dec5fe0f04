"""Coverage, siting and the worth of one more, over a real county."""

from datetime import date

import pytest
import sqlalchemy as sa

from geomatch.model import Mode, ResourceKind
from geomatch.services import covering, matching, siting, worth

TODAY = date(2026, 11, 23)


def cover(door: sa.Engine, by: str, minutes: float, mode: Mode = Mode.CAR) -> dict:
    return covering.cover(door, covering.Asked(None, by, ResourceKind.VENUE, minutes, TODAY, mode))


def test_coverage_sums_to_the_county_and_grows_with_minutes(rutland) -> None:
    door, _ = rutland
    near, far, divisions = cover(door, "parish", 5), cover(door, "parish", 20), cover(door, "division", 20)
    counted = [row for row in far["rows"] if row["residents"] is not None]
    assert 40_000 < sum(row["residents"] for row in counted) < 42_500
    assert sum(row["residents"] or 0 for row in divisions["rows"]) == pytest.approx(
        sum(row["residents"] for row in counted), rel=0.01
    )
    assert any(row["residents"] is None for row in far["rows"])
    for before, after in zip(near["rows"], far["rows"], strict=True):
        assert (before["residents_within"] or 0) <= (after["residents_within"] or 0)
        assert before["needs_within"] <= after["needs_within"] <= after["needs"]
    # nobody has stated which places have steps: none is known to have none
    assert sum(row["residents_within"] or 0 for row in far["rows"]) > 40_000
    assert sum(row["residents_within_accessible"] or 0 for row in far["rows"]) == 0


def test_more_sites_reach_more_people(rutland) -> None:
    door, _ = rutland
    asked = siting.Asked(None, ResourceKind.VENUE, TODAY, Mode.FOOT)
    one, three = (siting.for_county(door, asked, siting.Wanted("coverage", n, 10)) for n in (1, 3))
    assert one["value"] < three["value"]
    assert (one["gap"], three["gap"]) == (0, 0)
    assert len(three["sites"]) == 3


def test_the_worth_of_one_more_is_told_for_every_parish(rutland) -> None:
    door, _ = rutland
    matching.match(door, matching.Asked(None, TODAY))
    told = worth.worth(door, None, [ResourceKind.VENUE])
    assert len(told["rows"]) == 57
    gains = [row["needs"] for row in told["rows"]]
    assert gains == sorted(gains, reverse=True)
