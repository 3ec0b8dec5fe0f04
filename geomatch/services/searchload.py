"""A search asked so many times a second, whether or not it has answered: how long people wait then.

Requests leave by the clock (an open loop), each on a connection of its own, and are timed from the moment at
which they were due: waiting for one's turn is waiting.
"""

import http.client
import json
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any, TypeVar
from urllib.parse import urlencode

import numpy as np

from geomatch.model import Mode, ResourceKind
from geomatch.progress import Progress, silent

T = TypeVar("T")

PER_SECOND = 30
SECONDS = 10
RUNS = 3
SENDERS = 32
_WARM = 80
"""Requests before anything is timed: each worker reads its roads once."""
_AGAIN = 20
"""Requests asked a second time alone, to see that haste changes no answer."""
PATIENCE = 120.0
"""Seconds that one waits for an answer at most."""

_PATTERNS = ("alternate Tue 19:00-21:00", "Thu 14:00-16:00", "alternate Wed 10:00-12:00", "Mon 18:00-20:00")
_FEATURES = ("step_free", "hearing_loop=yes,unknown", "kitchen", "accessible_toilet=yes,unknown")


@dataclass(frozen=True, slots=True)
class Waited:
    """Milliseconds of one run: the middle one, and the one that 99 in 100 do not exceed."""

    median: float
    p99: float


@dataclass(frozen=True, slots=True)
class Load:
    """What several runs showed. ``sound`` is whether all answered, and as when asked alone.

    ``seconds`` are the processor's for all of them, in the server's workers; ``others`` is how many
    processes wanted one of the machine's processors before it began.
    """

    runs: tuple[Waited, ...]
    asked: int
    sound: bool
    seconds: float
    others: float

    @property
    def words(self) -> str:
        """What the numbers do not say."""
        each = f"{1000 * self.seconds / self.asked:.1f} ms of processor each"
        busy = f"; {self.others:.1f} others at work on the machine" if self.others >= 1 else ""
        return f"{self.asked} searches, no two alike, {each}{busy}"


def addresses(places: Sequence[str], count: int, *, today: date, seed: int) -> list[str]:
    """So many different searches: places, kinds, modes, limits, rooms, features and times all mixed."""
    rng = np.random.default_rng(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found.setdefault(f"/api/v1/search?{urlencode(_asked(places, today, rng))}")
    return list(found)


def _asked(places: Sequence[str], today: date, rng: np.random.Generator) -> dict[str, Any]:
    kind = str(rng.choice(list(ResourceKind)))
    asked = {"near": str(rng.choice(places)), "kind": kind, "mode": str(rng.choice(list(Mode)))}
    if rng.random() < 0.3:
        asked["radius_metres"] = str(rng.integers(1_000, 30_000))
    else:
        asked["max_minutes"] = str(round(float(rng.uniform(5, 60)), 1))
    if kind == ResourceKind.VENUE and rng.random() < 0.6:
        asked["seats"] = str(rng.integers(10, 150))
        asked["feature"] = str(rng.choice(_FEATURES))
    if rng.random() < 0.6:
        asked["at"] = _when(today, rng)
    if rng.random() < 0.1:
        asked["back"] = "yes"
    return asked


def _when(today: date, rng: np.random.Generator) -> str:
    day = today + timedelta(days=int(rng.integers(1, 60)))
    start = int(rng.integers(8, 20))
    return str(rng.choice([f"{day}", f"{day}T{start:02}:00/{start + 2:02}:00", str(rng.choice(_PATTERNS))]))


@dataclass(frozen=True, slots=True)
class Server:
    """Where pages are served, and the process whose children serve them."""

    host: str
    port: int
    process: int

    def seconds(self) -> float:
        """What the processor has spent on its workers, where Linux tells; else nothing."""
        tasks = Path(f"/proc/{self.process}/task/{self.process}/children")
        workers = tasks.read_text().split() if tasks.is_file() else []
        return sum(map(_spent, workers))


def _spent(process: str) -> float:
    """Seconds of the processor, all threads: fields 14 and 15 of ``/proc/PID/stat`` (proc(5)), in ticks."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(server: Server, asked: Sequence[str], *, progress: Progress = silent) -> Load:
    """Ask everything in ``RUNS`` runs of as many requests each, after some that are not timed."""
    ask, others = _Asker(server.host, server.port), os.getloadavg()[0]
    with ThreadPoolExecutor(SENDERS) as senders:
        progress("warming the two workers", 0, None)
        list(senders.map(ask, asked[:_WARM]))
        timed = asked[_WARM:]
        size = len(timed) // RUNS
        waits: list[Waited] = []
        answers: list[str | None] = []
        began = server.seconds()
        for run in range(RUNS):
            progress(f"asking {PER_SECOND} times a second", run, RUNS)
            waited, told = by_the_clock(senders, ask, timed[run * size : (run + 1) * size], PER_SECOND)
            waits.append(waited)
            answers += told
        seconds = server.seconds() - began
    sound = None not in answers and _same_alone(ask, timed, answers)
    return Load(tuple(waits), len(answers), sound, seconds, others)


def needed() -> int:
    """How many different addresses ``measured`` wants."""
    return _WARM + RUNS * SECONDS * PER_SECOND


def by_the_clock(
    senders: ThreadPoolExecutor, ask: Callable[[str], T], asked: Sequence[str], per_second: float
) -> tuple[Waited, list[T]]:
    """Ask each in its turn, so many a second whether or not others were answered; two or more."""
    begin = time.perf_counter() + 0.1

    def at(number: int) -> tuple[float, T]:
        due = begin + number / per_second
        time.sleep(max(0.0, due - time.perf_counter()))
        told = ask(asked[number])
        return (time.perf_counter() - due) * 1000, told

    waits, answers = zip(*senders.map(at, range(len(asked))), strict=True)
    cuts = quantiles(waits, n=100, method="inclusive")
    return Waited(cuts[49], cuts[98]), list(answers)


@dataclass(frozen=True, slots=True)
class _Asker:
    """One address asked of a server: the document, or ``None`` where it is no good answer."""

    host: str
    port: int

    def __call__(self, address: str) -> str | None:
        line = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        try:
            line.request("GET", address)
            answer = line.getresponse()
            body = answer.read().decode()
            return body if answer.status == 200 and "results" in json.loads(body) else None
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            line.close()


def _same_alone(ask: _Asker, asked: Sequence[str], answers: Sequence[str | None]) -> bool:
    """Whether some that ask for a time of their own are answered as before; others speak of this minute."""
    timed = [at for at in range(len(answers)) if "&at=" in asked[at]][:_AGAIN]
    return all(ask(asked[at]) == answers[at] for at in timed)
