"""A whole county from one file: every part or nothing."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from geomatch import sample
from geomatch.db import areas, counties
from geomatch.db.counties import County
from geomatch.errors import InputError
from geomatch.importers import county as county_file
from geomatch.importers.county import CountyFile
from geomatch.importers.report import Report
from geomatch.matching.rules import Rules
from geomatch.privacy.retention import Retention
from geomatch.progress import Progress, silent
from geomatch.roads import SPEEDS, RoadClass, SpeedTable
from geomatch.roads.speeds import Pace
from geomatch.services import importing, routing
from geomatch.services.importing import Job, Outcome
from geomatch.services.reading import Part

_GAZETTEERS = {"os-open-names": "names", "os-open-uprn": "uprns"}
"""What a gazetteer of that format holds, when it is not postcodes."""
_NOT_OPTIONS = ("file", "format", "points", "residents", "join")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A county that is in the database: what each import did, and how many of each thing there are."""

    county: str
    imports: list[Outcome]
    counts: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        """The ``--json`` shape of ``geomatch county load``."""
        return asdict(self)


def load(
    door: sa.Engine,
    path: Path,
    *,
    today: date,
    sample_needs: int | None = None,
    progress: Progress = silent,
    secret: bytes | None = None,
) -> Loaded:
    """Load one county's TOML file, all or nothing, beside any other county.

    ``sample_needs`` is the seed for needs made up to look at; ``secret`` masks homes. Raises
    InputError for a file that cannot be used; then the database is as it was.
    """
    described = county_file.read(path)
    with door.begin() as connection:
        county = _county(connection, described)
        job = Job(connection, county, today, speeds(described), progress, secret=secret)
        outcomes = [importing.import_part(job, part) for part in parts(described)]
        importing.finish(job)
        if sample_needs is not None:
            outcomes.append(_make_up_needs(job, sample_needs))
            importing.finish(job)
        routing.retime(connection, county.id, job.speeds, held=job.held, progress=progress)
        importing.ready_journeys(job)
        return Loaded(county.slug, outcomes, counties.counts(connection, county.id))


def add(
    door: sa.Engine,
    slug: str | None,
    part: Part,
    *,
    today: date,
    progress: Progress = silent,
    secret: bytes | None = None,
) -> list[Outcome]:
    """Import more files into one county; where none is loaded, ``slug`` names a new one.

    Each file of the part is imported by itself, but they succeed or fail together.
    """
    with door.begin() as connection:
        county = _chosen_or_new(connection, slug)
        table = SPEEDS.overridden(county.settings.get("speeds", {}))
        job = Job(connection, county, today, table, progress, secret=secret)
        singles = [part] if part.kind == "population" else [_alone(part, file) for file in part.files]
        outcomes = [importing.import_part(job, each) for each in singles]
        importing.finish(job)
        importing.ready_journeys(job)
        return outcomes


def parts(described: CountyFile) -> Iterator[Part]:
    """Everything to import, in the order in which one thing needs another."""
    lads_first = sorted(described.boundaries, key=lambda part: part.kind != "lad")
    yield from (_part("boundaries", each) for each in lads_first)
    yield from (_part("groups", each) for each in described.groups)
    for each in described.gazetteers:
        yield _part(_GAZETTEERS.get(each.format, "postcodes"), each)
    if described.population is not None:
        about = described.population
        files = (about.points, about.residents) if about.residents else (about.points,)
        options = _options(about) | ({"join": about.join} if about.join else {})
        yield Part("population", files, options)
    if described.roads is not None:
        yield _part("roads", described.roads)
    for kind in ("organisations", "places", "resources", "needs"):
        yield from (_part(kind, each) for each in getattr(described, kind))


def speeds(described: CountyFile) -> SpeedTable:
    """The built-in speeds with the county's own in their place."""
    return SPEEDS.overridden(_changes(described))


def _changes(described: CountyFile) -> dict[str, dict[str, list[float]]]:
    """A county's speeds by class and mode: in the open as stated, built-up no faster than they were."""
    changes: dict[str, dict[str, list[float]]] = {}
    for speed in described.speeds:
        kmh = speed.kilometres_per_hour
        built_up = _built_up(speed.road_class, speed.mode) or kmh
        changes.setdefault(speed.road_class, {})[speed.mode] = [kmh, min(kmh, built_up)]
    return changes


def _built_up(road_class: str, mode: str) -> float | None:
    known = RoadClass.__members__.get(road_class.upper())
    pace: Pace | None = getattr(SPEEDS.rows[known], mode) if known else None
    return pace[1] if pace else None


def _part(kind: str, about: Any) -> Part:
    return Part(kind, (about.file,), _options(about))


def _options(about: Any) -> dict[str, Any]:
    said = asdict(about)
    return {name: value for name, value in said.items() if name not in _NOT_OPTIONS and value is not None}


def _alone(part: Part, file: Path) -> Part:
    return Part(part.kind, (file,), part.options)


def _county(connection: sa.Connection, described: CountyFile) -> County:
    county = counties.save(
        connection,
        slug=described.slug,
        name=described.name,
        gss=described.gss,
        illustrative=described.illustrative,
        notice=described.notice or "",
        settings={
            "speeds": _changes(described),
            "matching": rules(described),
            "retention": retention(described),
        },
    )
    counties.save_dates(
        connection, county.id, ((each.name, each.first, each.last) for each in described.dates)
    )
    return county


def rules(described: CountyFile) -> dict[str, Any]:
    """The county's own settings of its matching. Raises InputError for one that cannot be used."""
    try:
        Rules.of(described.matching)
    except InputError as error:
        raise InputError(f"{described.path.name}: {error}") from error
    return dict(described.matching)


def retention(described: CountyFile) -> dict[str, Any]:
    """For how long the county keeps things. Raises InputError for a setting that cannot be used."""
    try:
        Retention.of(described.retention)
    except InputError as error:
        raise InputError(f"{described.path.name}: {error}") from error
    return dict(described.retention)


def _chosen_or_new(connection: sa.Connection, slug: str | None) -> County:
    if not counties.every(connection):
        if slug is None:
            raise InputError("no county is loaded; name a new one with --county SLUG")
        counties.save(connection, slug=slug, name=slug.replace("-", " ").title())
    return counties.chosen(connection, slug)


def _make_up_needs(job: Job, seed: int) -> Outcome:
    started = time.monotonic()
    seats = [sample.ParishSeat(**row) for row in areas.parish_seats(job.connection, job.county.id)]
    made = sample.needs_for(seats, seed=seed, base=job.today)
    rows = sum(len(need.roles) for need in made)
    report = Report("needs", f"sample-needs-{seed}", _digest(seed, job.today), rows, rows, 0)
    part = Part("needs", (Path(report.source),))
    return importing.store(job, part, made, report, started=started)


def _digest(seed: int, today: date) -> str:
    return hashlib.sha256(f"{seed} {today}".encode()).hexdigest()
