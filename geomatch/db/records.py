"""One record as it was stated: the value that would be stored as the very rows that are there.

A volunteer's home is left out: whoever may write it may not read it.
"""

from collections.abc import Mapping
from typing import Any

import shapely
import sqlalchemy as sa

from geomatch.db import query
from geomatch.model import (
    Catchment,
    Feature,
    FeatureType,
    GssCode,
    Mode,
    Need,
    Opening,
    Organisation,
    Point,
    Resource,
    ResourceKind,
    Role,
    Travels,
    Truth,
    Window,
)
from geomatch.safeguarding import Check, Contact, Level, With

Row = Mapping[Any, Any]


def organisation(connection: sa.Connection, county_id: int, ref: str) -> Organisation | None:
    """An organisation by its own id."""
    row = query.row(connection, "record_organisation", county=county_id, ref=ref)
    if row is None:
        return None
    same = ("name", "description", "sector", "postcode", "url", "email", "telephone")
    return Organisation(
        id=row["ref"],
        themes=tuple(row["themes"]),
        small=Truth(row["small"]),
        point=_point(row),
        **{name: row[name] for name in same},
    )


def resource(connection: sa.Connection, county_id: int, ref: str) -> Resource | None:
    """A resource by its own id, with what is stated of it, its openings and its check."""
    row = query.row(connection, "record_resource", county=county_id, ref=ref)
    if row is None:
        return None
    same = (
        "name",
        "organisation",
        "subkind",
        "description",
        "postcode",
        "quantity",
        "max_minutes",
        "verified_until",
        "set_up_minutes",
        "turn_round_minutes",
    )
    return Resource(
        id=row["ref"],
        kind=ResourceKind(row["kind"]),
        point=_point(row),
        travels=Travels(row["travels"]),
        mode=Mode(row["mode"]),
        catchment=_catchment(row),
        features=tuple(map(_feature, query.rows(connection, "record_features", id=row["id"]))),
        openings=tuple(map(_opening, query.rows(connection, "record_openings", id=row["id"]))),
        check=_check(row),
        **{name: row[name] for name in same},
    )


def need(connection: sa.Connection, county_id: int, ref: str) -> Need | None:
    """A need by its own id, with its roles and windows."""
    row = query.row(connection, "record_need", county=county_id, ref=ref)
    if row is None:
        return None
    same = (
        "title",
        "organisation",
        "description",
        "postcode",
        "weight",
        "all_or_nothing",
        "asked",
        "closes",
        "max_minutes",
        "aspiration",
    )
    return Need(
        id=row["ref"],
        roles=tuple(map(_role, query.rows(connection, "record_roles", id=row["id"]))),
        point=_point(row),
        parish=GssCode(row["stated_parish"]) if row["stated_parish"] else None,
        mode=Mode(row["mode"]),
        windows=tuple(Window(during.lower, during.upper) for during in row["windows"]),
        **{name: row[name] for name in same},
    )


def _point(row: Row) -> Point | None:
    return None if row["x"] is None else (row["x"], row["y"])


def _catchment(row: Row) -> Catchment:
    shape = row["catchment"]
    return Catchment(
        row["catchment_kind"],
        row["catchment_minutes"],
        None if shape is None else shapely.from_wkb(bytes(shape)),
        tuple(row["catchment_parishes"]),
    )


def _feature(row: Row) -> Feature:
    match row["type"]:
        case FeatureType.NUMBER:
            value: Truth | float | str = float(row["number"])
        case FeatureType.TEXT:
            value = row["text"]
        case _:
            value = Truth(row["truth"])
    return Feature(row["name"], value, row.get("until"))


def _opening(row: Row) -> Opening:
    listed = (tuple(row[name]) for name in ("extra_dates", "only_in", "not_in"))
    window = Window(row["starts"], row["ends"])
    return Opening(window, row["rrule"], tuple(row["except_dates"]), row["closed"], *listed)


def _check(row: Row) -> Check | None:
    if row["level"] is None:
        return None
    return Check(Level(row["level"]), row["seen_by"], row["issued"], row["seen_on"], row["until"])


def _role(row: Row) -> Role:
    truths = (Truth(row[name]) for name in ("overnight", "personal_care", "supervised"))
    return Role(
        id=row["role"],
        kind=ResourceKind(row["kind"]),
        subkind=row["subkind"],
        substitutes=tuple(row["substitutes"]),
        quantity=row["quantity"],
        minimum=row["minimum"],
        features=tuple(map(_feature, row["features"])),
        max_minutes=row["max_minutes"],
        contact=Contact(With(row["contact"]), row["contact_days"], *truths),
        check=Level(row["dbs_level"]),
        carries=row["carries"],
    )
