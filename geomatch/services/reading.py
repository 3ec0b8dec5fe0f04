"""From one part of a county, a file and what was said about it, to checked values: no database here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geomatch.errors import InputError
from geomatch.importers import (
    boundaries,
    groups,
    names,
    needs,
    open_roads,
    organisations,
    osm,
    places,
    population,
    postcodes,
    resources,
    uprns,
)
from geomatch.importers.report import Provenance, Reading, Report
from geomatch.progress import Progress, silent
from geomatch.roads import SPEEDS, RoadGraph, SpeedTable
from geomatch.services import nearby


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to import: its kind, its files in order, and what was said about them."""

    kind: str
    files: tuple[Path, ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in READERS:
            raise InputError(f"cannot import {self.kind!r}; expected one of {', '.join(sorted(READERS))}")
        if not self.files:
            raise InputError(f"import {self.kind}: no file given; expected at least one")

    @property
    def subject(self) -> str:
        """What sort of area or place it is about, where the kind alone does not say."""
        return str(self.options.get("kind", ""))

    @property
    def plain_options(self) -> dict[str, Any]:
        """The options as JSON holds them, for comparing with an earlier import."""
        return {name: _plain(value) for name, value in sorted(self.options.items()) if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, bool | int | float) else str(value)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a reader may need to know besides its file: the county's outline, today, and its speeds."""

    today: date
    outline: BaseGeometry | None = None
    speeds: SpeedTable = SPEEDS
    progress: Progress = silent


def read(part: Part, circumstances: Circumstances) -> tuple[Any, Report]:
    """The part's values and the report on its file. Raises InputError when the file cannot be used."""
    return READERS[part.kind](part, circumstances)


def _boundaries(part: Part, about: Circumstances) -> tuple[Any, Report]:
    outside = bool(part.options.get("outside"))
    within = None if outside or part.options.get("kind") == "lad" else about.outline
    return boundaries.read(_only(part), within=within, **dict(part.options))


def _groups(part: Part, _about: Circumstances) -> tuple[Any, Report]:
    return groups.read(_only(part), **dict(part.options))


def _roads(part: Part, about: Circumstances) -> tuple[Any, Report]:
    file = _only(part)
    reader = osm if file.name.endswith(".pbf") else open_roads
    bbox: dict[str, Any] = {}
    if reader is open_roads and about.outline is not None:
        bbox["bbox"] = shapely.bounds(shapely.buffer(about.outline, nearby.BORDER_METRES))
    graph: RoadGraph = reader.read(file, speeds=about.speeds, progress=about.progress, **bbox)
    said = {name: part.options.get(name) for name in ("vintage", "source", "licence")}
    reading = Reading(file.name)
    reading.read = graph.pieces
    return graph, reading.report("roads", [file], Provenance.stated(**said))


def _places(part: Part, about: Circumstances) -> tuple[Any, Report]:
    return nearby.clip(*places.read(_only(part), **dict(part.options)), about.outline)


def _population(part: Part, about: Circumstances) -> tuple[Any, Report]:
    return nearby.clip(*population.read(*part.files[:2], **dict(part.options)), about.outline)


def _resources(part: Part, about: Circumstances) -> tuple[Any, Report]:
    return resources.read(_only(part), **({"start": about.today} | dict(part.options)))


def _uprns(part: Part, about: Circumstances) -> tuple[Any, Report]:
    """A national file holds forty million: what lies outside the box round the border is never kept."""
    box: dict[str, Any] = {}
    if about.outline is not None:
        box["box"] = shapely.bounds(shapely.buffer(about.outline, nearby.BORDER_METRES))
    values, report = uprns.read(_only(part), progress=about.progress, **dict(part.options), **box)
    return nearby.clip(values, report, about.outline)


def _plainly(reader: Any, *, bulk: bool = False) -> Callable[[Part, Circumstances], tuple[Any, Report]]:
    def read_it(part: Part, about: Circumstances) -> tuple[Any, Report]:
        extra = {"progress": about.progress} if bulk else {}
        values, report = reader.read(_only(part), **dict(part.options), **extra)
        return nearby.clip(values, report, about.outline) if bulk else (values, report)

    return read_it


def _only(part: Part) -> Path:
    if len(part.files) > 1:
        raise InputError(f"import {part.kind}: {len(part.files)} files; expected one at a time")
    return part.files[0]


READERS: dict[str, Callable[[Part, Circumstances], tuple[Any, Report]]] = {
    "boundaries": _boundaries,
    "groups": _groups,
    "roads": _roads,
    "postcodes": _plainly(postcodes, bulk=True),
    "names": _plainly(names, bulk=True),
    "uprns": _uprns,
    "places": _places,
    "population": _population,
    "organisations": _plainly(organisations),
    "resources": _resources,
    "needs": _plainly(needs),
}
"""How each kind of file is read."""
