"""Writes the whole sample county as files, for ``geomatch county load`` to read like any other."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from geomatch.model import Area, AreaKind, Need, Organisation
from geomatch.progress import Progress, silent
from geomatch.sample import (
    aspirations,
    bundles,
    facts,
    files,
    ground,
    layout,
    needs,
    organisations,
    people,
    resources,
    roads,
    settlements,
    wants,
)
from geomatch.sample.facts import Facts
from geomatch.sample.ground import Spot
from geomatch.sample.people import Postcodes

BASE = date(2026, 11, 23)
"""Needs fall in the eight weeks from this Monday, where no other day is given."""

SINGLE, BUNDLED = 1_476, 24
"""Needs that ask for one thing, and for several together."""


def write(folder: Path, *, seed: int = 2026, base: date = BASE, progress: Progress = silent) -> Path:
    """Write every file of the sample county into ``folder`` and return its TOML file.

    The same seed and base give the same files. Needs fall in the eight weeks from ``base``. Boundaries are
    those the project ships and do not follow the seed.
    Raises UnavailableError when the project's own ``data/boundaries`` is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = facts.read()
    places = settlements.settled(known, np.random.default_rng([seed, 1]))
    picture, _ = roads.draw(known, places, np.random.default_rng([seed, 2]), progress=progress)
    rng = np.random.default_rng([seed, 3])
    roads.save(folder / "roads.osm.pbf", picture, known, places, rng, progress=progress)
    _people(folder, known, places, seed=seed, base=base, progress=progress)
    _memberships(folder)
    (folder / "county.toml").write_text(layout.TOML, encoding="utf-8")
    return folder / "county.toml"


def _people(
    folder: Path,
    known: Facts,
    places: Sequence[settlements.Place],
    *,
    seed: int,
    base: date,
    progress: Progress,
) -> None:
    """Everything but land and roads."""
    areas = _boundaries(folder)
    spots = ground.located(places, areas)
    points, residents = people.output_areas(spots, np.random.default_rng([seed, 4]))
    _table(folder, "output_areas.csv", points)
    _table(folder, "census.csv", residents)
    outward = {row["code"]: (float(row["easting"]), float(row["northing"])) for row in _outward()}
    postcodes = Postcodes(outward, spots, np.random.default_rng([seed, 5]))
    _table(folder, "postcodes.csv", postcodes.rows(areas))
    _table(folder, "names.csv", people.names(known, spots, postcodes))
    progress("writing people and places", 1, 3)
    owners, homes = organisations.made(spots, postcodes, np.random.default_rng([seed, 6]))
    _table(folder, "organisations.csv", files.organisation_rows(owners))
    offers = resources.made(owners, homes, postcodes, base, np.random.default_rng([seed, 8]))
    _table(folder, "resources.csv", offers)
    progress("writing people and places", 2, 3)
    asked = _needs(spots, owners, homes, postcodes, base=base, rng=np.random.default_rng([seed, 9]))
    _table(folder, "needs.csv", files.need_rows(asked))
    progress("writing people and places", 3, 3)


def _boundaries(folder: Path) -> list[Area]:
    areas: list[Area] = []
    for kind in (AreaKind.PARISH, AreaKind.DIVISION):
        name = layout.FILES[kind]
        shutil.copyfile(facts.FOLDER / name, folder / name)
        areas += files.read_boundaries(folder / name, kind)
    return areas


def _outward() -> list[dict[str, str]]:
    return facts.rows(facts.FOLDER / "outward_codes.csv")


def _needs(
    spots: Sequence[Spot],
    owners: Sequence[Organisation],
    homes: Sequence[Spot],
    postcodes: Postcodes,
    *,
    base: date,
    rng: np.random.Generator,
) -> list[Need]:
    seats = [
        needs.ParishSeat(spot.place.parish, spot.place.name, *spot.place.point, spot.place.residents)
        for spot in spots
        if spot.place.parish
    ]
    asked = needs.made(seats, rng, SINGLE, base, wants.SINGLE)
    asked += needs.made(seats, rng, BUNDLED, base, bundles.BUNDLES, first=SINGLE + 1)
    asked += aspirations.made(seats, rng.spawn(1)[0])
    local: dict[str | None, list[str]] = {}
    for owner, home in zip(owners, homes, strict=True):
        local.setdefault(home.parish, []).append(owner.id)
    around: dict[str | None, list[Spot]] = {}
    for spot in spots:
        around.setdefault(spot.parish, []).append(spot)
    return [
        _of_somebody(_moved(need, around[need.parish], rng), local.get(need.parish, []), postcodes, rng)
        for need in asked
    ]


def _moved(need: Need, spots: Sequence[Spot], rng: np.random.Generator) -> Need:
    """One need in three lies in another settlement of its parish than the main one."""
    spot = spots[int(rng.integers(0, len(spots)))]
    return replace(need, point=ground.point_about(spot.place, rng)) if rng.random() < 0.33 else need


def _of_somebody(need: Need, owners: Sequence[str], postcodes: Postcodes, rng: np.random.Generator) -> Need:
    """The need with an organisation of its parish, where it has one, and the postcode nearby."""
    owner = str(rng.choice(owners)) if owners else None
    return replace(need, organisation=owner, postcode=postcodes.near(need.point) if need.point else None)


def _memberships(folder: Path) -> None:
    """Who belonged to which Local Joint Committee, and from when."""
    renamed = {"parish": "parish_code", "division": "division_code", "ljc": "ljc_name", "evidence": "source"}
    members = facts.rows(facts.FOLDER / "ljc_members.csv")
    _table(folder, "ljc.csv", [{renamed.get(key, key): cell for key, cell in row.items()} for row in members])


def _table(folder: Path, name: str, rows: Sequence[dict[str, object]]) -> None:
    files.table(folder / name, rows, layout.COLUMNS[name])
