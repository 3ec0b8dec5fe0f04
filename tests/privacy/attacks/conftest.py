"""What an attacker has: an eye for a home in whatever bytes, and the patience to follow every link."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin, urlsplit

import numpy as np
import pytest
import sqlalchemy as sa

import webmap
from geomatch import crs

_LINK = re.compile(r"""(?:href|src|action|data-[a-z]+)="([^"#]+)""")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_MOST_PAGES = 300


class Hunter:
    """Every way in which a home could stand in some bytes."""

    def __init__(self, attacked: Any) -> None:
        lons, lats = crs.to_lonlat(*np.array(list(attacked.homes.values())).T)
        self.degrees = {
            (f"{x:.3f}", f"{y:.3f}"): ref for ref, x, y in zip(attacked.homes, lons, lats, strict=True)
        }
        self.metres = {(round(x), round(y)): ref for ref, (x, y) in attacked.homes.items()}
        self.postcodes = {code.replace(" ", ""): ref for ref, code in attacked.postcodes.items()}

    @staticmethod
    def numbers(text: str) -> list[float]:
        """Every number there is."""
        return [float(each) for each in _NUMBER.findall(text)]

    def found_in(self, text: str) -> list[str]:
        """Whose home stands there: as a postcode, in metres, or in degrees to three decimals."""
        packed = text.replace(" ", "").replace("%20", "").replace("+", "").upper()
        found = [ref for code, ref in self.postcodes.items() if code in packed]
        for one, other in pairwise(self.numbers(text)):
            for x, y in ((one, other), (other, one)):
                found += [
                    ref
                    for ref in (
                        self.degrees.get((f"{x:.3f}", f"{y:.3f}")),
                        self.metres.get((round(x), round(y))),
                    )
                    if ref
                ]
        return found


@pytest.fixture(scope="session")
def hunter(attacked: Any) -> Hunter:
    """Knows the homes of the attacked county when it sees them."""
    return Hunter(attacked)


def _starts(client: Any, count: int) -> list[str]:
    rules = [rule for rule in client.application.url_map.iter_rules() if "GET" in rule.methods]
    plain = [rule.rule for rule in rules if not rule.arguments]
    each = ("/resources/p{}", "/resources/p{}/map.svg", "/resources/p{}.ics", "/broker/resources/p{}/edit")
    people = [address.format(at) for at in range(count) for address in each]
    asked = [
        "/find?near=344000,294000&kind=volunteer&max_minutes=60",
        "/api/v1/search?near=344000,294000&kind=volunteer&max_minutes=60&limit=200",
        "/api/v1/resources?kind=volunteer&limit=200",
        "/api/v1/needs?limit=200",
        "/api/v1/coverage?by=parish&kind=volunteer&max_minutes=20",
        "/?kind=volunteer&within=parish/E04000000",
        "/?near=344000,294000&minutes=20&kind=volunteer",
        *(f"/{room}/n{at}" for at in range(2 * count) for room in ("needs", "broker/needs", "broker/bundle")),
    ]
    return [*webmap.every_kind_of_page(client.application), *plain, *asked, *people]


def _crawl(client: Any, count: int, most: int = _MOST_PAGES) -> Iterator[tuple[str, str]]:
    waiting, seen = deque(_starts(client, count)), set[str]()
    while waiting and len(seen) < most:
        address = waiting.popleft()
        if address in seen or address.startswith("/static"):
            continue
        seen.add(address)
        answer = client.get(address, headers={"Accept": "*/*"})
        text = answer.get_data().decode("utf-8", "replace")
        yield address, text
        if "html" in answer.content_type:
            links = (urljoin(f"http://localhost{address}", link) for link in _LINK.findall(text))
            waiting.extend(
                f"{parts.path}{'?' + parts.query if parts.query else ''}".replace("&amp;", "&")
                for parts in map(urlsplit, links)
                if parts.hostname == "localhost" and not parts.path.startswith("/static")
            )


@pytest.fixture(scope="session")
def crawled() -> Callable[..., dict[str, str]]:
    """Everything that links lead to, as text by address: ``crawled(client, people)``."""
    return lambda *given: dict(_crawl(*given))


@contextmanager
def _moved(owner: sa.Engine) -> Iterator[None]:
    """Every home a mile off, with another postcode, its mask where it was."""
    with owner.connect() as connection:
        homes = connection.execute(sa.text("select resource_id, postcode, geom from homes.home")).all()
    move = "update homes.home set geom = ST_Translate(geom, 1300, -900), postcode = 'SY9 9ZZ'"
    with owner.begin() as connection:
        connection.execute(sa.text(move))
    yield
    back = "update homes.home set geom = :geom, postcode = :postcode where resource_id = :resource_id"
    with owner.begin() as connection:
        connection.execute(sa.text(back), [row._asdict() for row in homes])


@pytest.fixture(scope="session")
def moved() -> Callable[[sa.Engine], Any]:
    """While homes are elsewhere: ``with moved(owner): ...``."""
    return _moved
