"""One county as one TOML file: every part checked, every path resolved beside the file."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from geomatch.errors import InputError
from geomatch.importers.county_table import Table
from geomatch.importers.places import ORGANISATION
from geomatch.model import AreaKind, GssCode, Mode, ResourceKind

Part = TypeVar("Part")

GAZETTEERS = ("code-point-open", "onspd", "os-open-names", "os-open-uprn")
"""Formats of a gazetteer; the first two hold postcodes, then names, then property numbers."""

PLACE_KINDS = (*ResourceKind, ORGANISATION)

FASTEST_KMH = 150.0
"""No road is faster; a greater speed is a slip, such as metres for kilometres."""


@dataclass(frozen=True, slots=True)
class BoundaryPart:
    file: Path
    kind: AreaKind
    code: str | None
    name: str | None
    layer: str | None
    outside: bool
    vintage: date | None
    source: str | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class GroupPart:
    """``valid_from`` and ``valid_to`` are dates, or the names of columns of dates."""

    file: Path
    kind: str
    parish: str
    group: str
    division: str | None
    valid_from: date | str | None
    valid_to: date | str | None
    vintage: date | None
    source: str | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class PlacePart:
    """``kind`` is a kind of resource, or ``organisation``."""

    file: Path
    kind: str
    subkind: str | None
    where: Mapping[str, tuple[str, ...]]
    vintage: date | None
    source: str | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class GazetteerPart:
    file: Path
    format: str
    vintage: date | None
    source: str | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class PopulationPart:
    """``residents`` and ``join`` are both given, or both not and ``points`` has the residents."""

    points: Path
    residents: Path | None
    join: str | None
    vintage: date | None
    source: str | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class FilePart:
    """Roads, or one of our own templates.

    ``start`` (resources only) is the day from which openings repeat that do not say it themselves.
    """

    file: Path
    start: date | None
    vintage: date | None
    source: str | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class DatesPart:
    """Days with a name that openings may speak of; ``first`` and ``last`` are both among them."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one class of road goes by one mode, in km/h, in place of the built-in figure."""

    road_class: str
    mode: Mode
    kilometres_per_hour: float


@dataclass(frozen=True, slots=True)
class CountyFile:
    """``illustrative`` says that boundaries or roads are drawn and not surveyed; ``notice`` how to say it.

    ``matching`` and ``retention`` hold settings by name, which whoever uses them checks.
    """

    path: Path
    name: str
    slug: str
    gss: GssCode | None
    illustrative: bool
    notice: str | None
    boundaries: tuple[BoundaryPart, ...]
    groups: tuple[GroupPart, ...]
    roads: FilePart | None
    speeds: tuple[Speed, ...]
    matching: Mapping[str, int | float]
    retention: Mapping[str, int | float]
    dates: tuple[DatesPart, ...]
    places: tuple[PlacePart, ...]
    gazetteers: tuple[GazetteerPart, ...]
    population: PopulationPart | None
    organisations: tuple[FilePart, ...]
    resources: tuple[FilePart, ...]
    needs: tuple[FilePart, ...]


def read(path: Path) -> CountyFile:
    """A county's file. Raises InputError naming the key and the file for whatever is wrong with it."""
    table = Table.of_file(path, _document(path))
    about = table.table("county")
    county = CountyFile(
        path=path.resolve(),
        name=about.text("name"),
        slug=about.slug("slug"),
        gss=about.gss("gss"),
        illustrative=about.flag("illustrative"),
        notice=about.optional_text("notice"),
        boundaries=_each(table, "boundaries", _boundary),
        groups=_each(table, "groups", _group),
        roads=_one(table, "roads", _file),
        speeds=_one(table, "speeds", _speeds) or (),
        matching=_one(table, "matching", Table.numbers) or {},
        retention=_one(table, "retention", Table.numbers) or {},
        dates=_each(table, "dates", _dates),
        places=_each(table, "places", _place),
        gazetteers=_each(table, "gazetteer", _gazetteer),
        population=_one(table, "population", _population),
        organisations=_each(table, "organisations", _file),
        resources=_each(table, "resources", _resources),
        needs=_each(table, "needs", _file),
    )
    about.refuse_unread()
    table.refuse_unread()
    if not any(part.kind is AreaKind.PARISH and not part.outside for part in county.boundaries):
        raise InputError(f'{path.name}: no [[boundaries]] with kind = "parish"; a county needs one')
    return county


def _document(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; expected a county's TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: not TOML in UTF-8: {error}") from error


def _each(table: Table, key: str, make: Callable[[Table], Part]) -> tuple[Part, ...]:
    return tuple(_whole(part, make) for part in table.tables(key))


def _one(table: Table, key: str, make: Callable[[Table], Part]) -> Part | None:
    return _whole(table.table(key), make) if table.has(key) else None


def _whole(part: Table, make: Callable[[Table], Part]) -> Part:
    made = make(part)
    part.refuse_unread()
    return made


def _boundary(part: Table) -> BoundaryPart:
    return BoundaryPart(
        part.file("file"),
        AreaKind(part.one_of("kind", tuple(AreaKind))),
        part.optional_text("code"),
        part.optional_text("name"),
        part.optional_text("layer"),
        part.flag("outside"),
        *part.provenance(),
    )


def _group(part: Table) -> GroupPart:
    return GroupPart(
        part.file("file"),
        part.slug("kind"),
        part.optional_text("parish") or "parish_code",
        part.text("group"),
        part.optional_text("division"),
        part.date_or_column("valid_from"),
        part.date_or_column("valid_to"),
        *part.provenance(),
    )


def _place(part: Table) -> PlacePart:
    return PlacePart(
        part.file("file"),
        part.one_of("kind", PLACE_KINDS) if part.has("kind") else ResourceKind.VENUE.value,
        part.optional_text("subkind"),
        part.filters("where"),
        *part.provenance(),
    )


def _gazetteer(part: Table) -> GazetteerPart:
    return GazetteerPart(part.file("file"), part.one_of("format", GAZETTEERS), *part.provenance())


def _population(part: Table) -> PopulationPart:
    residents = part.file("residents") if part.has("residents") else None
    join = part.text("join") if residents else None
    return PopulationPart(part.file("points"), residents, join, *part.provenance())


def _file(part: Table) -> FilePart:
    return FilePart(part.file("file"), None, *part.provenance())


def _resources(part: Table) -> FilePart:
    return FilePart(part.file("file"), part.optional_date("start"), *part.provenance())


def _dates(part: Table) -> DatesPart:
    name, first = part.slug("name"), part.day("from")
    last = part.day("to") if part.has("to") else first
    if last < first:
        raise InputError(f"[[dates]] {name}: to {last} is before from {first}")
    return DatesPart(name, first, last)


def _speeds(part: Table) -> tuple[Speed, ...]:
    return tuple(
        Speed(road_class, Mode(mode), by_mode.number(mode, at_most=FASTEST_KMH))
        for road_class, by_mode in part.every_table()
        for mode in by_mode.keys_among(tuple(Mode))
    )
