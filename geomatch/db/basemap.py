"""What a county's map is drawn from: roads by class, outlines of areas, and whom they are owed to."""

from dataclasses import dataclass

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch.db import pages, query


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A county as a map shows it, in EPSG:27700 metres.

    ``lines`` are pieces of road, each with its ``road_class`` and whether it lies in a built-up place;
    ``areas`` are outlines by kind.
    """

    lines: NDArray[np.object_]
    road_class: NDArray[np.int8]
    built_up: NDArray[np.bool_]
    areas: dict[str, NDArray[np.object_]]


def ground(connection: sa.Connection, county_id: int) -> Ground:
    """Roads and outlines of one county, in the order of their numbers and codes."""
    roads = query.rows(connection, "base_roads", county=county_id)
    return Ground(
        lines=_shapes([row["line"] for row in roads]),
        road_class=np.array([row["road_class"] for row in roads], dtype=np.int8),
        built_up=np.array([row["built_up"] for row in roads], dtype=np.bool_),
        areas={
            kind: _shapes([row["shape"] for row in found])
            for kind in pages.area_kinds(connection, county_id)
            if (found := query.rows(connection, "base_areas", county=county_id, kind=kind))
        },
    )


def stamp(connection: sa.Connection, county_id: int) -> str:
    """A text that is the same as long as roads and boundaries are."""
    return str(query.scalar(connection, "base_stamp", county=county_id) or "")


def credit(connection: sa.Connection, county_id: int) -> str:
    """Whom the map is owed to, and under which licence: ``A publisher (OGL-3.0); another (MIT)``."""
    rows = query.rows(connection, "base_credits", county=county_id)
    told = [row["publisher"] + (f" ({row['licence']})" if row["licence"] else "") for row in rows]
    return "; ".join(told)


def _shapes(found: list[bytes]) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkb([bytes(each) for each in found]), dtype=object)
