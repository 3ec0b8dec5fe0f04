"""Needs: what communities ask for, role by role."""

from collections.abc import Sequence

import sqlalchemy as sa
from psycopg.types.range import TimestampRange

from geomatch.db import copy, features, organisations
from geomatch.db.tables import need, need_role, need_window, organisation, role_feature
from geomatch.db.tables.needs import CIRCUMSTANCES
from geomatch.model import Need, Role

_COLUMNS = (
    "county_id",
    "import_id",
    "organisation_id",
    "ref",
    "title",
    "description",
    "weight",
    "all_or_nothing",
    "asked",
    "closes",
    "mode",
    "max_minutes",
    "geom",
    "postcode",
    "stated_parish",
    "edited_at",
    "aspiration",
)

_ROLE_COLUMNS = (
    "role",
    "kind",
    "subkind",
    "substitutes",
    "quantity",
    "minimum",
    "max_minutes",
    "contact",
    "contact_days",
    *CIRCUMSTANCES,
    "dbs_level",
    "carries",
)


def save(connection: sa.Connection, county_id: int, values: Sequence[Need], *, import_id: int | None) -> None:
    """Add needs with their roles and windows, or bring those of the same id up to date."""
    owners = copy.ids_by_ref(connection, organisation, county_id)
    geometries = organisations.points([each.point for each in values])
    rows = (
        (
            county_id,
            import_id,
            owners.get(each.organisation) if each.organisation else None,
            each.id,
            each.title,
            each.description,
            each.weight,
            each.all_or_nothing,
            each.asked,
            each.closes,
            str(each.mode),
            each.max_minutes,
            geometry,
            each.postcode,
            each.parish,
            None,
            each.aspiration,
        )
        for each, geometry in zip(values, geometries, strict=True)
    )
    copy.upsert(connection, need, _COLUMNS, rows, key=("county_id", "ref"))
    ids = copy.ids_by_ref(connection, need, county_id)
    saved = {each.id: ids[each.id] for each in values}
    _save_roles(connection, values, saved)
    _save_windows(connection, values, saved)


def _save_roles(connection: sa.Connection, values: Sequence[Need], saved: dict[str, int]) -> None:
    connection.execute(need_role.delete().where(need_role.c.need_id.in_(saved.values())))
    copy.load(
        connection,
        need_role,
        ("need_id", *_ROLE_COLUMNS),
        ((saved[each.id], *_role_row(role)) for each in values for role in each.roles),
    )
    found = sa.select(need_role.c.need_id, need_role.c.role, need_role.c.id).where(
        need_role.c.need_id.in_(saved.values())
    )
    ids = {(need_id, role): identifier for need_id, role, identifier in connection.execute(found)}
    copy.load(
        connection,
        role_feature,
        ("need_role_id", *features.VALUE_COLUMNS),
        (
            (ids[saved[each.id], role.id], *features.value_row(feature))
            for each in values
            for role in each.roles
            for feature in role.features
        ),
    )


def _role_row(role: Role) -> tuple[object, ...]:
    contact = role.contact
    return (
        role.id,
        str(role.kind),
        role.subkind,
        list(role.substitutes),
        role.quantity,
        role.minimum,
        role.max_minutes,
        str(contact.people),
        contact.days_in_30,
        *(str(getattr(contact, name)) for name in CIRCUMSTANCES),
        str(role.check),
        role.carries,
    )


def _save_windows(connection: sa.Connection, values: Sequence[Need], saved: dict[str, int]) -> None:
    connection.execute(need_window.delete().where(need_window.c.need_id.in_(saved.values())))
    copy.load(
        connection,
        need_window,
        ("need_id", "during"),
        (
            (saved[each.id], TimestampRange(window.starts, window.ends))
            for each in values
            for window in dict.fromkeys(each.windows)
        ),
    )
