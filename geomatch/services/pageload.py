"""Everything the public may ask for, mixed, so many times a second: what goes wrong, how long people wait.

Requests leave by the clock and are timed from when they were due, as in ``searchload``.
"""

import http.client
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from geomatch.progress import Progress, silent
from geomatch.services import searchload
from geomatch.services.searchload import Server, Waited

PER_SECOND, SECONDS = 50, 60
MOST_PER_SECOND, MOST_SECONDS = 100, 300
SEED = 20261127
_SEARCHES = 0.4
"""The share of searches; the rest are pages, pictures, files and layers of every kind."""


@dataclass(frozen=True, slots=True)
class Load:
    """How many were asked, what went wrong how often (an answer of 400 or above, or none), and the waits."""

    asked: int
    wrong: Mapping[str, int]
    waited: Waited
    seconds: float
    """The processor's, in the server's workers."""


def mixed(pages: Sequence[str], searches: Sequence[str], count: int, *, seed: int = SEED) -> list[str]:
    """So many addresses, pages and searches by chance; the same ones for the same seed."""
    rng = np.random.default_rng(seed)
    searched = rng.random(count) < _SEARCHES
    page, search = rng.integers(len(pages), size=count), rng.integers(len(searches), size=count)
    return [
        searches[other] if is_search else pages[one]
        for is_search, one, other in zip(searched, page, search, strict=True)
    ]


def warm(server: Server, pages: Sequence[str], *, progress: Progress = silent) -> None:
    """Ask for every page twice, untimed: each of two workers reads roads and places once."""
    for done, page in enumerate([*pages, *pages]):
        progress("Asking for every kind of page", done, 2 * len(pages))
        _went(server, page)


def measured(server: Server, asked: Sequence[str], per_second: float) -> Load:
    """Ask for all of it, two addresses or more, so many a second."""
    began = server.seconds()
    with ThreadPoolExecutor(searchload.SENDERS) as senders:
        waited, wrong = searchload.by_the_clock(
            senders, lambda address: _went(server, address), asked, per_second
        )
    counted = Counter(each for each in wrong if each is not None)
    return Load(len(asked), dict(counted.most_common()), waited, server.seconds() - began)


def _went(server: Server, address: str) -> str | None:
    """None for a good answer, else what it was and of which page."""
    path = address.partition("?")[0]
    line = http.client.HTTPConnection(server.host, server.port, timeout=searchload.PATIENCE)
    try:
        line.request("GET", address)
        answer = line.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as failed:
        return f"{type(failed).__name__} {path}"
    finally:
        line.close()
    return f"{answer.status} {path}" if answer.status >= 400 else None
