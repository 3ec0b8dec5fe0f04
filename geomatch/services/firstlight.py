"""From an empty database to a matched county to look at: nothing is done twice."""

from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from geomatch.db import counties as stored
from geomatch.db import runs
from geomatch.db.counties import County
from geomatch.progress import Progress, silent

SEED = 2026
"""The sample county is the same wherever it is made on the same day."""


@dataclass(frozen=True, slots=True)
class CountySummary:
    """What one loaded county holds, and how its newest matching went."""

    slug: str
    name: str
    illustrative: bool
    counts: dict[str, int]
    matching: dict[str, Any] = field(default_factory=dict)

    def sentence(self) -> str:
        """One line for a person."""
        held = ", ".join(
            f"{self.counts[name]:,} {name.replace('_areas', ' areas').replace('_', ' ')}"
            for name in ("parish_areas", "organisations", "resources", "needs")
            if self.counts.get(name)
        )
        drawn = " (illustrative boundaries and roads)" if self.illustrative else ""
        return (
            f"{self.name}{drawn}: {held}; {self.matching['served']:,} needs served, "
            f"{self.matching['mean_minutes']:.1f} minutes on average"
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """Every loaded county."""

    counties: tuple[CountySummary, ...]

    def sentences(self) -> list[str]:
        """One line a county."""
        return [county.sentence() for county in self.counties]

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


def prepare(
    door: sa.Engine, folder: Path, *, today: date, progress: Progress = silent, secret: bytes | None = None
) -> Summary:
    """Load the sample county where none is loaded, match every county not yet matched, and keep its quarter.

    ``folder`` is where the sample county's files are written; ``secret`` masks homes and counts of people.
    """
    if not _loaded(door):
        _load_sample(door, folder, (today, secret), progress)
    for county in _loaded(door):
        if _latest(door, county) is None:
            _match(door, county, (today, secret), progress)
    return Summary(tuple(_summary(door, county) for county in _loaded(door)))


# What is needed once is imported then: its libraries take seconds that a warm start has not.


def _load_sample(door: sa.Engine, folder: Path, by: tuple[date, bytes | None], progress: Progress) -> None:
    from geomatch import sample
    from geomatch.services import counties

    today, secret = by
    written = sample.write(folder, seed=SEED, base=today, progress=progress)
    counties.load(door, written, today=today, progress=progress, secret=secret)


def _match(door: sa.Engine, county: County, by: tuple[date, bytes | None], progress: Progress) -> None:
    from geomatch.services import matching, quarters

    today, secret = by
    matching.match(door, matching.Asked(county.slug, today), progress=progress)
    quarters.keep(door, quarters.Asked(county.slug, secret, today), progress=progress)


def _loaded(door: sa.Engine) -> list[County]:
    with door.connect() as connection:
        return stored.every(connection)


def _latest(door: sa.Engine, county: County) -> sa.RowMapping | None:
    with door.connect() as connection:
        return runs.latest(connection, county.id)


def _summary(door: sa.Engine, county: County) -> CountySummary:
    with door.connect() as connection:
        counts = stored.counts(connection, county.id)
        run = runs.latest(connection, county.id)
    document = run["document"] if run else {"served": 0, "mean_minutes": 0.0}
    kept = {name: document.get(name) for name in ("status", "served", "mean_minutes", "baselines", "receipt")}
    return CountySummary(county.slug, county.name, county.illustrative, counts, kept)
