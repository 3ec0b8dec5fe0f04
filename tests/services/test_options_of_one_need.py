"""What is read for one need alone is all that matters to it: as if the whole county were read."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from geomatch.db import counties as stored
from geomatch.db import runs
from geomatch.db.runs import Material
from geomatch.matching import candidates
from geomatch.matching.rules import Rules
from geomatch.progress import silent
from geomatch.services import journeys, options, worlds
from geomatch.services.counties import Loaded
from geomatch.services.journeys import Trips
from geomatch.services.options import Asked, Options

DAY = date(2026, 11, 23)


@pytest.fixture
def ground(rutland: tuple[sa.Engine, Loaded]) -> Iterator[tuple[sa.Connection, Any]]:
    """Rutland as its owner, with one hall and one helper whose catchments are drawn; rolled back."""
    with rutland[0].connect() as connection, connection.begin() as transaction:
        county = stored.chosen(connection, None)
        for ref, kind in (("drawn-helper", "volunteer"), ("drawn-thing", "equipment")):
            connection.execute(
                sa.text(
                    "insert into resource (county_id, ref, kind, name, travels, mode, geom, "
                    "precision_metres, catchment_kind, catchment) select :county, :ref, :kind, :ref, "
                    "case :kind when 'volunteer' then 'resource' else 'carried' end, 'car', geom, 1000, "
                    "'polygon', ST_Multi(ST_Buffer(geom, 9000)) "
                    "from (select ST_SetSRID(ST_MakePoint(490500, 308500), 27700) as geom) as here"
                ),
                {"county": county.id, "ref": ref, "kind": kind},
            )
        yield connection, county
        transaction.rollback()


def _told(found: Options) -> list[Any]:
    return [
        (
            part.role["role"],
            part.fitting,
            dict(part.eliminated),
            [_one(each) for each in (*part.options, *part.near)],
        )
        for part in found.parts
    ]


def _one(each: options.Option) -> tuple[Any, ...]:
    return each.ref, each.minutes, each.penalty, each.window, each.failed, each.to, each.reasons


def test_options_are_those_of_the_whole_county(ground: tuple[sa.Connection, Any]) -> None:
    connection, county = ground
    whole = runs.material(connection, county.id, DAY, ask_days=30)
    bundles = [row["need_id"] for row in whole.roles]
    several = [row["ref"] for row in whole.needs if bundles.count(row["id"]) > 1][:12]
    single = [row["ref"] for row in whole.needs if bundles.count(row["id"]) == 1][:12]
    assert len(several) >= 3
    shown = 0
    for ref in several + single:
        asked = Asked(ref, DAY, {})
        found = _told(options.of_need(connection, county, asked))
        assert found == _told(options.among(connection, county, asked, whole))
        shown += sum(len(part[3]) for part in found)
    assert shown > 50


def test_what_lies_inside_of_what_is_the_same_asked_of_one_place(ground: tuple[sa.Connection, Any]) -> None:
    connection, county = ground
    whole = runs.material(connection, county.id, DAY, ask_days=30)
    every = worlds.inside_places(whole)
    assert every.nnz > 10
    for row in np.unique(every.nonzero()[0])[:8].tolist():
        lies = runs.inside_places(connection, county.id, whole.resources[row]["id"])
        alone = worlds.inside_places(replace(whole, inside_places=lies))
        assert (alone[[row]] != every[[row]]).nnz == 0
        assert alone.nnz == every[[row]].nnz


def test_counts_are_those_of_the_whole_county(ground: tuple[sa.Connection, Any]) -> None:
    connection, county = ground
    whole = runs.material(connection, county.id, DAY, ask_days=30)
    total = 0
    for need in whole.needs[:20]:
        alone = runs.material_of(connection, county.id, DAY, need["ref"], ask_days=30)
        roles = [row for row in whole.roles if row["need_id"] == need["id"]]
        assert alone.roles == roles
        kinds = {role["kind"] for role in roles}
        some = [row for row in whole.resources if row["kind"] in kinds]
        found = _pairs(replace(whole.of([need]), roles=roles, resources=some))
        assert _pairs(alone) == found
        total += len(found)
    assert total > 100


def _pairs(material: Material) -> set[tuple[Any, ...]]:
    """Every candidate: role, resource, window, place and minutes."""
    size = len(material.resources)
    trips = journeys.to_needs(material.needs, material.resources, None, silent)
    world = worlds.world(material, (trips, Trips.none((size, size))), DAY, Rules())
    found = candidates.find(world)
    refs = [row["ref"] for row in material.resources]
    return {
        (material.roles[role]["role"], refs[resource], slot, minutes)
        for role, resource, slot, minutes in zip(
            found.role.tolist(),
            found.resource.tolist(),
            found.window.tolist(),
            found.minutes.tolist(),
            strict=True,
        )
    }


def test_looking_before_anybody_comes_looks_at_an_open_need_and_wants_none(
    ground: tuple[sa.Connection, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, county = ground
    looked: list[str] = []
    real = options.of_need

    def of_need(connection: sa.Connection, county: Any, asked: Asked) -> Options:
        looked.append(asked.need)
        return real(connection, county, asked)

    monkeypatch.setattr(options, "of_need", of_need)
    options.warm(connection, county, DAY)
    assert looked == [runs.any_open(connection, county.id)]
    connection.execute(sa.text("update need set status = 'met'"))
    options.warm(connection, county, DAY)
    assert len(looked) == 1
