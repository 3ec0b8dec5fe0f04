"""A masked home: among enough others for whoever sees the mask, the same for ever, inside what is told."""

import math

import numpy as np
import pytest
import shapely

from geomatch.errors import InputError
from geomatch.privacy import ENOUGH, Crowd, Masked, fits, mask
from geomatch.privacy.mask import INNER

SECRET = b"a secret of the tests, long enough"
OTHER = b"another secret of the tests, longer"


def _crowd(points: object, count: float = 1.0) -> Crowd:
    where = np.array(points, dtype=float).reshape(-1, 2)
    return Crowd(where, np.full(len(where), count))


def _countryside(seed: int = 7, number: int = 3000, metres: float = 20_000) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, metres, (number, 2))


def _possible(masked: Masked, addresses: np.ndarray) -> int:
    metres = np.hypot(*(addresses - masked.point).T)
    return int(((metres >= INNER * masked.metres) & (metres <= masked.metres)).sum())


def test_whoever_sees_a_mask_is_left_with_twenty_addresses_or_more() -> None:
    addresses = _countryside()
    crowd = _crowd(addresses)
    for at in range(150):
        masked = mask(tuple(addresses[at]), f"person {at}", SECRET, crowd=crowd)
        assert _possible(masked, addresses) >= ENOUGH
        assert INNER * masked.metres <= math.dist(masked.point, addresses[at]) <= masked.metres


def test_the_same_person_has_the_same_mask_for_ever_and_another_secret_gives_another() -> None:
    crowd, home = _crowd(_countryside()), (10_000.0, 10_000.0)
    once = mask(home, "p1", SECRET, crowd=crowd)
    assert all(mask(home, "p1", SECRET, crowd=crowd) == once for _ in range(20))
    shuffled = _crowd(np.random.default_rng(1).permutation(_countryside()))
    assert mask(home, "p1", SECRET, crowd=shuffled) == once
    assert mask(home, "p1", OTHER, crowd=crowd).point != once.point
    assert mask(home, "p2", SECRET, crowd=crowd).point != once.point


def test_masks_lie_evenly_over_the_ring() -> None:
    """By area and all round; else the likeliest place would be nearer to the home."""
    lattice = np.arange(7_000, 13_000, 100.0)
    crowd = _crowd(np.stack(np.meshgrid(lattice, lattice), axis=-1).reshape(-1, 2))
    home = (10_000.0, 10_000.0)
    masks = [mask(home, f"p{at}", SECRET, crowd=crowd) for at in range(600)]
    found = (np.array([each.point for each in masks]) - home) / np.array([[each.metres] for each in masks])
    share = np.hypot(*found.T) ** 2
    assert np.mean(share) == pytest.approx((1 + INNER**2) / 2, abs=0.04)
    assert np.hypot(*found.mean(axis=0)) < 0.1


def test_the_width_grows_where_few_live() -> None:
    town = np.random.default_rng(3).normal(0, 300, (500, 2))
    farms = np.random.default_rng(4).uniform(5_000, 25_000, (400, 2))
    crowd = _crowd(np.vstack([town, farms]))
    widths = [mask(tuple(home), "p", SECRET, crowd=crowd).metres for home in (town[0], farms[0])]
    assert widths[0] == 500
    assert widths[1] > 2000


def test_a_farm_beyond_the_town_hides_among_farms_and_not_behind_the_town() -> None:
    town = np.random.default_rng(3).uniform(-200, 200, (800, 2))
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    farms = np.column_stack([np.cos(angles), np.sin(angles)]) * 4_000
    masked = mask(tuple(farms[0]), "farmer", SECRET, crowd=_crowd(np.vstack([town, farms])))
    assert _possible(masked, farms) >= ENOUGH


def test_a_mask_stays_in_the_parish_that_is_told_and_so_do_those_it_hides_among() -> None:
    addresses = _countryside()
    parish = shapely.box(8_000, 8_000, 11_000, 12_000)
    within = addresses[shapely.contains_xy(parish, *addresses.T)]
    for at, home in enumerate(within[:60]):
        masked = mask(tuple(home), f"p{at}", SECRET, crowd=_crowd(addresses).within(parish), within=parish)
        assert parish.contains(shapely.Point(masked.point))
        assert _possible(masked, within) >= ENOUGH


def test_in_a_parish_too_small_for_a_ring_the_home_is_any_in_it() -> None:
    tiny = shapely.box(0, 0, 200, 200)
    places = np.random.default_rng(5).uniform(0, 200, (50, 2))
    for at in range(20):
        masked = mask(tuple(places[at]), f"p{at}", SECRET, crowd=_crowd(places), within=tiny)
        assert tiny.contains(shapely.Point(masked.point))
        assert (np.hypot(*(places - masked.point).T) <= masked.metres).all()
        assert math.dist(masked.point, places[at]) > 80


def test_where_nobody_knows_who_lives_there_the_mask_is_wide() -> None:
    masked = mask((0.0, 0.0), "p", SECRET, crowd=_crowd([]))
    assert masked.metres == 4000
    assert 1200 <= math.hypot(*masked.point) <= 4000


def test_one_farm_for_miles_is_masked_as_far_as_masks_go() -> None:
    far = mask((0.0, 0.0), "p", SECRET, crowd=_crowd([(0.0, 0.0), (90_000.0, 0.0)], 15))
    assert far.metres > 20_000


def test_a_postcode_of_fifteen_addresses_counts_fifteen() -> None:
    places = [(0.0, 0.0), (400.0, 0.0), (-400.0, 0.0), (0.0, 400.0)]
    assert mask((0.0, 0.0), "p", SECRET, crowd=_crowd(places, 15)).metres < 1500
    assert mask((0.0, 0.0), "p", SECRET, crowd=_crowd(places, 1)).metres > 1500


def test_an_old_mask_is_kept_while_it_still_fits() -> None:
    crowd, home = _crowd(_countryside()), (10_000.0, 10_000.0)
    masked = mask(home, "p1", SECRET, crowd=crowd)
    assert fits(masked, home, crowd=crowd)
    nudged = (home[0] + 30, home[1])
    assert fits(masked, nudged, crowd=crowd) == (
        INNER * masked.metres <= math.dist(masked.point, nudged) <= masked.metres
    )
    assert not fits(masked, masked.point, crowd=crowd)
    assert not fits(masked, (home[0] + 5_000, home[1]), crowd=crowd)
    assert not fits(masked, home, crowd=crowd, within=shapely.box(0, 0, 10, 10))
    assert not fits(Masked(masked.point, 501.0), home, crowd=crowd)
    assert not fits(masked, home, crowd=_crowd(_countryside()[:25]))


def test_a_secret_too_short_is_refused() -> None:
    with pytest.raises(InputError, match="a secret of 5 bytes; expected 16 or more"):
        mask((0.0, 0.0), "p", b"short", crowd=_crowd([]))


def test_a_crowd_says_what_does_not_go_together() -> None:
    with pytest.raises(InputError, match="points, "):
        Crowd(np.zeros((3, 2)), np.ones(2))
