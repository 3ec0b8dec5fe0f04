"""The sample county's files are read by the same importers as anybody's, and hold what they should."""

import csv
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from geomatch import sample
from geomatch.importers import county, groups, names, needs, organisations, population, postcodes, resources
from geomatch.model import Need, Organisation, Resource, ResourceKind, Travels, Truth
from geomatch.sample import facts


@pytest.fixture(scope="module")
def offered(sample_folder: Path) -> list[Resource]:
    described = county.read(sample_folder / "county.toml")
    found, report = resources.read(described.resources[0].file, start=described.resources[0].start)
    assert (report.rejected, list(report.issues)) == (0, [])
    return found


@pytest.fixture(scope="module")
def asked(sample_folder: Path) -> list[Need]:
    found, report = needs.read(sample_folder / "needs.csv")
    assert (report.rejected, list(report.issues)) == (0, [])
    return found


@pytest.fixture(scope="module")
def owners(sample_folder: Path) -> list[Organisation]:
    found, report = organisations.read(sample_folder / "organisations.csv")
    assert (report.rejected, list(report.issues)) == (0, [])
    return found


def test_the_county_says_plainly_that_it_is_drawn(sample_folder: Path) -> None:
    described = county.read(sample_folder / "county.toml")
    assert described.illustrative
    assert described.notice == sample.NOTICE
    assert tomllib.loads((sample_folder / "county.toml").read_text())["county"]["gss"] == "E06000051"


def test_gazetteer_and_groups_are_read_without_an_issue(sample_folder: Path) -> None:
    described = county.read(sample_folder / "county.toml")
    part = described.groups[0]
    _, grouped = groups.read(
        part.file,
        kind=part.kind,
        group=part.group,
        parish=part.parish,
        division=part.division,
        valid_from=part.valid_from,
        valid_to=part.valid_to,
    )
    for report in (
        grouped,
        names.read(sample_folder / "names.csv")[1],
        postcodes.read(sample_folder / "postcodes.csv")[1],
    ):
        assert report.loaded == report.read > 200
        assert list(report.issues) == []


def test_residents_sum_to_the_census(sample_folder: Path) -> None:
    people, report = population.read(
        sample_folder / "output_areas.csv", sample_folder / "census.csv", join="lsoa21cd"
    )
    assert list(report.issues) == []
    assert (len(people), int(people.residents.sum())) == (1_050, 323_606)


def test_every_parish_has_a_point_with_residents(sample_folder: Path) -> None:
    people, _ = population.read(
        sample_folder / "output_areas.csv", sample_folder / "census.csv", join="lsoa21cd"
    )
    points = shapely.points(people.easting, people.northing)
    seats = facts.read().seats
    away = [float(np.min(shapely.distance(shapely.Point(seat.point), points))) for seat in seats]
    assert max(away) < 8_000
    assert np.median(away) < 600


def test_postcodes_are_none_that_royal_mail_could_give(sample_folder: Path) -> None:
    with (sample_folder / "postcodes.csv").open() as lines:
        codes = [row["postcode"] for row in csv.DictReader(lines)]
    assert len(set(codes)) == len(codes) > 10_000
    assert all(set(code[-2:]) & set("CIKMOV") for code in codes)


def test_there_are_1360_organisations_2600_resources_and_1500_needs(
    owners: list[Organisation], offered: list[Resource], asked: list[Need]
) -> None:
    assert (len(owners), len(offered), len(asked)) == (1_360, 2_600, 1_524)
    assert sum(need.aspiration for need in asked) == 24
    assert sum(len(need.roles) > 1 for need in asked) == 24
    assert set(Counter(resource.kind for resource in offered)) == set(ResourceKind)


def test_names_are_not_used_twice(owners: list[Organisation], offered: list[Resource]) -> None:
    assert len({one.name for one in owners}) == len(owners)
    assert len({one.name for one in offered}) == len(offered)


def test_access_is_yes_no_and_unknown(offered: list[Resource]) -> None:
    halls = [r for r in offered if r.kind is ResourceKind.VENUE]
    step_free = Counter(f.value for hall in halls for f in hall.features if f.name == "step_free")
    assert sum(step_free.values()) == len(halls)
    assert min(step_free[truth] for truth in Truth) > 50


def test_catchments_come_in_all_forms_and_homes_have_points(offered: list[Resource]) -> None:
    helpers = [r for r in offered if r.travels is Travels.RESOURCE]
    assert {r.catchment.kind for r in helpers} == {"anywhere", "minutes", "polygon", "parishes"}
    assert all(r.point is not None for r in helpers)


def test_some_resources_have_expired_and_some_have_no_calendar(offered: list[Resource]) -> None:
    base = date(2026, 11, 23)
    expired = [r for r in offered if r.verified_until and r.verified_until < base]
    silent = [r for r in offered if r.kind is ResourceKind.VENUE and not r.openings]
    assert len(expired) > 50
    assert len(silent) > 20


def test_some_resources_lie_beyond_the_border(offered: list[Resource]) -> None:
    outline = shapely.Polygon(facts.read().outline)
    outside = sum(not outline.contains(shapely.Point(r.point)) for r in offered if r.point)
    assert 40 < outside < 500


def test_needs_fall_in_the_eight_weeks_from_their_base(asked: list[Need]) -> None:
    starts = [window.starts.date() for need in asked for window in need.windows]
    assert date(2026, 11, 23) <= min(starts)
    assert max(starts) < date(2027, 1, 18)
    assert date(2026, 12, 25) not in starts


def test_small_parishes_ask_too(asked: list[Need]) -> None:
    by_parish = Counter(need.parish for need in asked)
    seats = facts.read().seats
    assert sum(by_parish[seat.code] > 0 for seat in seats) > 190
    largest = by_parish["E04011358"]
    assert largest > 5 * by_parish["E04011266"]


def test_everything_refers_to_what_is_there(
    owners: list[Organisation], offered: list[Resource], asked: list[Need]
) -> None:
    known = {one.id for one in owners}
    assert {r.organisation for r in offered if r.organisation} <= known
    assert {need.organisation for need in asked if need.organisation} <= known
    assert {need.parish for need in asked} <= {seat.code for seat in facts.read().seats}
