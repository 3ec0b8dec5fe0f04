"""Resources: what is offered. A volunteer's home goes to the ``homes`` schema and nowhere else."""

import math
from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from psycopg.types.range import TimestampRange

from geomatch.db import areas, copy, features, organisations
from geomatch.db.tables import dbs_check, home, opening, organisation, resource, resource_feature
from geomatch.model import Point, Resource, ResourceKind

SQUARE_METRES = 1000
"""Side of the national grid square that stands for a volunteer's home in public."""

_COLUMNS = (
    "county_id",
    "import_id",
    "organisation_id",
    "ref",
    "kind",
    "subkind",
    "name",
    "description",
    "quantity",
    "travels",
    "mode",
    "max_minutes",
    "catchment_kind",
    "catchment_minutes",
    "catchment",
    "catchment_parishes",
    "geom",
    "postcode",
    "precision_metres",
    "verified_until",
    "set_up_minutes",
    "turn_round_minutes",
    "edited_at",
)


def public_point(each: Resource) -> Point | None:
    """Where the public may see it: its own point, or the middle of the kilometre square of a home."""
    if each.point is None or each.kind is not ResourceKind.VOLUNTEER:
        return each.point
    easting, northing = (
        math.floor(metres / SQUARE_METRES) * SQUARE_METRES + SQUARE_METRES / 2 for metres in each.point
    )
    return easting, northing


def save(connection: sa.Connection, county_id: int, values: Sequence[Resource], *, import_id: int) -> None:
    """Add resources with their features and openings, or bring those of the same id up to date.

    A home stays as it is where none is stated: whoever may not read it cannot state it again.
    """
    owners = copy.ids_by_ref(connection, organisation, county_id)
    squares = _squares(connection, county_id, values)
    geometries = organisations.points([public_point(each) or squares.get(each.id) for each in values])
    catchments = copy.wkb(
        np.array(
            [each.catchment.polygon and areas.multi(each.catchment.polygon) for each in values], dtype=object
        )
    )
    rows = (
        _row(county_id, import_id, owners, each, geometry, catchment)
        for each, geometry, catchment in zip(values, geometries, catchments, strict=True)
    )
    copy.upsert(connection, resource, _COLUMNS, rows, key=("county_id", "ref"))
    ids = copy.ids_by_ref(connection, resource, county_id)
    saved = {each.id: ids[each.id] for each in values}
    _save_features(connection, values, saved)
    _save_openings(connection, values, saved)
    _save_homes(connection, values, saved)
    _save_checks(connection, values, saved)


def _row(
    county_id: int,
    import_id: int,
    owners: dict[str, int],
    each: Resource,
    geometry: bytes | None,
    catchment: bytes | None,
) -> tuple[object, ...]:
    private = each.kind is ResourceKind.VOLUNTEER
    return (
        county_id,
        import_id,
        owners.get(each.organisation) if each.organisation else None,
        each.id,
        str(each.kind),
        each.subkind,
        each.name,
        each.description,
        each.quantity,
        str(each.travels),
        str(each.mode),
        each.max_minutes,
        each.catchment.kind,
        each.catchment.minutes,
        catchment,
        list(each.catchment.parishes),
        geometry,
        None if private else each.postcode,
        SQUARE_METRES if private else 0,
        each.verified_until,
        each.set_up_minutes,
        each.turn_round_minutes,
        None,
    )


def _save_features(connection: sa.Connection, values: Sequence[Resource], saved: dict[str, int]) -> None:
    connection.execute(resource_feature.delete().where(resource_feature.c.resource_id.in_(saved.values())))
    copy.load(
        connection,
        resource_feature,
        ("resource_id", *features.VALUE_COLUMNS, "until"),
        (
            (saved[each.id], *features.value_row(feature), feature.until)
            for each in values
            for feature in each.features
        ),
    )


def _save_openings(connection: sa.Connection, values: Sequence[Resource], saved: dict[str, int]) -> None:
    connection.execute(opening.delete().where(opening.c.resource_id.in_(saved.values())))
    copy.load(
        connection,
        opening,
        ("resource_id", "first", "rrule", "except_dates", "closed", "extra_dates", "only_in", "not_in"),
        (
            (
                saved[each.id],
                TimestampRange(hours.first.starts, hours.first.ends),
                hours.rrule,
                list(hours.except_dates),
                hours.closed,
                list(hours.extra_dates),
                list(hours.only_in),
                list(hours.not_in),
            )
            for each in values
            for hours in each.openings
        ),
    )


def _save_homes(connection: sa.Connection, values: Sequence[Resource], saved: dict[str, int]) -> None:
    people = [each for each in values if _states_home(each)]
    moved = [
        saved[each.id] for each in values if _states_home(each) or each.kind is not ResourceKind.VOLUNTEER
    ]
    connection.execute(home.delete().where(home.c.resource_id.in_(moved)))
    copy.load(
        connection,
        home,
        ("resource_id", "geom", "postcode"),
        (
            (saved[each.id], geometry, each.postcode)
            for each, geometry in zip(
                people, organisations.points([each.point for each in people]), strict=True
            )
        ),
    )


def _states_home(each: Resource) -> bool:
    return each.kind is ResourceKind.VOLUNTEER and bool(each.point or each.postcode)


def _squares(connection: sa.Connection, county_id: int, values: Sequence[Resource]) -> dict[str, Point]:
    """By ref the public squares of known volunteers whose home is not stated anew."""
    refs = [each.id for each in values if each.kind is ResourceKind.VOLUNTEER and not _states_home(each)]
    found = sa.select(resource.c.ref, sa.func.ST_X(resource.c.geom), sa.func.ST_Y(resource.c.geom)).where(
        resource.c.county_id == county_id,
        resource.c.ref.in_(refs),
        resource.c.kind == ResourceKind.VOLUNTEER,
        resource.c.geom.is_not(None),
    )
    return {ref: (easting, northing) for ref, easting, northing in connection.execute(found)}


def _save_checks(connection: sa.Connection, values: Sequence[Resource], saved: dict[str, int]) -> None:
    connection.execute(dbs_check.delete().where(dbs_check.c.resource_id.in_(saved.values())))
    copy.load(
        connection,
        dbs_check,
        ("resource_id", "level", "seen_by", "issued", "seen_on", "until"),
        (
            (saved[each.id], str(held.level), held.seen_by, held.issued, held.seen_on, held.until)
            for each in values
            if (held := each.check)
        ),
    )
