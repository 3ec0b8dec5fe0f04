"""What no asking brings to light: move every home and leave its mask, and no byte of any answer changes.

So whatever is averaged, trilaterated or differenced leads to the mask at best, through each address there is.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
import pytest

ROLES = ("public", "contributor", "ljc_member", "broker", "administrator")
SPOTS = 50
OPEN = (
    "/api/v1/search?near={e},{n}&kind=volunteer&max_minutes={m}&limit=200",
    "/api/v1/search?near={e},{n}&kind=volunteer&subkind=sort_p{p}&max_minutes={m}&radius_metres=4000&back=yes",
    "/find?near={e},{n}&kind=volunteer&max_minutes={m}",
    "/find/map.svg?near={e},{n}&kind=volunteer&max_minutes={m}",
    "/api/v1/isochrone?at={lon},{lat}&minutes={m}",
    "/api/v1/map/reach?spot={lon},{lat}&minutes={m}",
    "/api/v1/map/here?at={lon},{lat}",
    "/api/v1/map/items?bbox={lon},{lat},{east},{north}",
    "/api/v1/map/points?bbox={lon},{lat},{east},{north}&zoom=12",
    "/api/v1/map/lanes?bbox={lon},{lat},{east},{north}",
    "/api/v1/coverage?by=parish&kind=volunteer&max_minutes={m}",
    "/api/v1/map/shades?areas=parish&colour=coverage&kind=volunteer&minutes={m}",
    "/?spot={lon},{lat}&minutes={m}&kind=volunteer",
    "/shown.csv?spot={lon},{lat}&minutes={m}&kind=volunteer",
    "/shown.geojson?spot={lon},{lat}&minutes={m}&kind=volunteer",
)
AT_THE_DESK = ("/broker/needs/n{need}", "/broker/bundle/n{need}?pick-helper=p{p}&when={when}")
WHEN = "2027-03-01T10:00/2027-03-01T12:00"
ALWAYS_NEW = ("/admin/", "/account/")
"""Pages of what was done and when: the attack itself stands there."""


def _numbers(attacked: Any, at: int, east: float, north: float) -> dict[str, Any]:
    lon, lat = attacked.lonlat(east, north)
    return {
        "e": f"{east:.0f}",
        "n": f"{north:.0f}",
        "lon": f"{lon:.5f}",
        "lat": f"{lat:.5f}",
        "east": f"{lon + 0.05:.5f}",
        "north": f"{lat + 0.03:.5f}",
        "m": (5, 10, 15, 20, 30)[at % 5],
        "p": at % attacked.people,
        "need": at,
        "when": WHEN,
    }


def _asked(attacked: Any, role: str) -> Iterator[str]:
    """From fifty places, by every address that takes a place; at the desk by needs that lie in as many."""
    spots = np.random.default_rng(8).uniform(*attacked.box(), (SPOTS, 2)).round()
    shapes = (*OPEN, *(AT_THE_DESK if role == "broker" else ()))
    for at, (east, north) in enumerate(spots):
        yield from (each.format(**_numbers(attacked, at, east, north)) for each in shapes)


def _told(attacked: Any, crawled: Any, role: str) -> dict[str, str]:
    """Everything that pages just started answer, but for what is drawn anew each time."""
    client = attacked.comes_in(role)
    found = crawled(client, attacked.people)
    for address in _asked(attacked, role):
        answer = client.get(address)
        assert answer.status_code in (200, 404, 409, 503), (address, answer.text[:300])
        found[f"{answer.status_code} {address}"] = answer.text
    return {
        address: attacked.unsigned(text)
        for address, text in found.items()
        if not address.startswith(ALWAYS_NEW)
    }


@pytest.mark.parametrize("role", ROLES)
def test_moving_every_home_changes_no_byte_of_any_answer(
    attacked_by_road: Any, crawled: Any, moved: Any, role: str
) -> None:
    attacked = attacked_by_road
    before = _told(attacked, crawled, role)
    again = _told(attacked, crawled, role)
    with moved(attacked.owner):
        after = _told(attacked, crawled, role)
    assert len(before) > SPOTS * len(OPEN) + 150
    assert sum("Helper p" in text for text in before.values()) > 200, "volunteers are in these answers"
    assert [address for address in before if before[address] != again.get(address)] == [], "asked twice"
    assert [address for address in before if before[address] != after.get(address)] == [], "homes moved"


def test_what_is_asked_is_answered(attacked_by_road: Any) -> None:
    """Most of these addresses are good ones: else that nothing changes would mean nothing."""
    client = attacked_by_road.comes_in("broker")
    every = list(_asked(attacked_by_road, "broker"))
    good = [each for each in every[: len(every) // 5] if client.get(each).status_code == 200]
    shapes = [each.split("{")[0] for each in chain(OPEN, AT_THE_DESK)]
    assert [each for each in shapes if not any(one.startswith(each) for one in good)] == []
