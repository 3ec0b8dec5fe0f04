"""Resources: what is offered. A volunteer's home goes to the ``homes`` schema and nowhere else."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import sqlalchemy as sa
from psycopg.types.range import TimestampRange

from geomatch.db import areas, copy, features, naming, organisations, query
from geomatch.db.tables import dbs_check, home, opening, organisation, resource, resource_feature
from geomatch.model import Point, Resource, ResourceKind
from geomatch.privacy import Masked

Masks = Mapping[str, Masked]
"""By the resource's own id, where the public sees a volunteer."""

NO_MASKS: Masks = MappingProxyType({})

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


def save(
    connection: sa.Connection,
    county_id: int,
    values: Sequence[Resource],
    *,
    import_id: int,
    masks: Masks = NO_MASKS,
) -> None:
    """Add resources with their features and openings, or bring those of the same id up to date.

    A volunteer is shown at the mask; one without is nowhere in public until a mask is drawn. A home stays as
    it is where none is stated: whoever may not read it cannot state it again.
    """
    owners = copy.ids_by_ref(connection, organisation, county_id)
    shown = {**public_masks(connection, county_id, _unstated(values)), **masks}
    geometries = organisations.points([_public_point(each, shown) for each in values])
    catchments = copy.wkb(
        np.array(
            [each.catchment.polygon and areas.multi(each.catchment.polygon) for each in values], dtype=object
        )
    )
    rows = (
        _row(county_id, import_id, owners, each, (geometry, catchment, _precision(each, shown)))
        for each, geometry, catchment in zip(values, geometries, catchments, strict=True)
    )
    copy.upsert(connection, resource, _COLUMNS, rows, key=("county_id", "ref"))
    ids = copy.ids_by_ref(connection, resource, county_id)
    saved = {each.id: ids[each.id] for each in values}
    _save_features(connection, values, saved)
    _save_openings(connection, values, saved)
    _save_homes(connection, values, saved)
    _save_checks(connection, values, saved)


def _private(each: Resource) -> bool:
    return each.kind is ResourceKind.VOLUNTEER


def _public_point(each: Resource, masks: Masks) -> Point | None:
    if not _private(each):
        return each.point
    return masks[each.id].point if each.id in masks else None


def _precision(each: Resource, masks: Masks) -> int:
    return int(masks[each.id].metres) if _private(each) and each.id in masks else 0


def _row(
    county_id: int,
    import_id: int,
    owners: dict[str, int],
    each: Resource,
    place: tuple[bytes | None, bytes | None, int],
) -> tuple[object, ...]:
    geometry, catchment, precision = place
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
        None if _private(each) else each.postcode,
        precision,
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
    moved = [saved[each.id] for each in values if _states_home(each) or not _private(each)]
    naming.homes(connection, moved)
    connection.execute(home.delete().where(home.c.resource_id.in_(moved)))
    rows = [
        {
            "id": saved[each.id],
            "geom": geometry and geometry.hex(),
            "postcode": each.postcode,
            "exact": each.exact_home,
        }
        for each, geometry in zip(people, organisations.points([each.point for each in people]), strict=True)
    ]
    if rows:  # not by COPY, which asks for more than one may do row by row
        connection.execute(query.text("home_write"), rows)
    naming.homes(connection, ())


def _states_home(each: Resource) -> bool:
    return _private(each) and bool(each.point or each.postcode)


def _unstated(values: Sequence[Resource]) -> list[str]:
    return [each.id for each in values if _private(each) and not _states_home(each)]


def public_masks(connection: sa.Connection, county_id: int, refs: Sequence[str]) -> dict[str, Masked]:
    """By ref the masks of those volunteers that have one."""
    found = sa.select(
        resource.c.ref,
        sa.func.ST_X(resource.c.geom),
        sa.func.ST_Y(resource.c.geom),
        resource.c.precision_metres,
    ).where(
        resource.c.county_id == county_id,
        resource.c.ref.in_(refs),
        resource.c.kind == ResourceKind.VOLUNTEER,
        resource.c.geom.is_not(None),
    )
    return {
        ref: Masked((easting, northing), float(metres))
        for ref, easting, northing, metres in connection.execute(found)
    }


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
