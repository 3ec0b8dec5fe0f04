"""Areas with their vintages, groups dissolved from parishes, and which area each record lies in."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import shapely
import sqlalchemy as sa
from psycopg.types.range import DateRange
from sqlalchemy.dialects import postgresql as pg

from geomatch.db import copy, query
from geomatch.db.tables import area, area_set, membership
from geomatch.errors import InputError
from geomatch.model import Area, Membership

SIMPLE_METRES = 50.0
"""Tolerance of ``area.simple``, the outline for screens: a county in some 50 KB at zoom 12."""


def save(
    connection: sa.Connection,
    county_id: int,
    areas: Sequence[Area],
    *,
    kind: str,
    vintage: date,
    import_id: int,
) -> None:
    """Put areas into the county's set of that kind and vintage, replacing those of the same code.

    A set is true from its vintage until the next one's; the first is taken to have always been true.
    """
    set_id = _set(connection, county_id, kind=kind, vintage=vintage)
    codes = [each.code for each in areas]
    connection.execute(area.delete().where(area.c.area_set_id == set_id, area.c.code.in_(codes)))
    valid = _valid(connection, county_id, kind=kind, vintage=vintage)
    shapes = np.array([multi(each.geometry) for each in areas], dtype=object)
    geometries = copy.wkb(shapes)
    columns = (
        "county_id",
        "area_set_id",
        "import_id",
        "kind",
        "code",
        "name",
        "outside",
        "valid",
        "geom",
        "simple",
    )
    copy.load(
        connection,
        area,
        columns,
        (
            (
                county_id,
                set_id,
                import_id,
                kind,
                each.code,
                each.name,
                each.outside,
                valid,
                geometry,
                geometry,
            )
            for each, geometry in zip(areas, geometries, strict=True)
        ),
    )
    _simplify(connection, set_id)


def multi(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    """A Polygon or MultiPolygon as a MultiPolygon. Raises InputError for any other shape."""
    if isinstance(geometry, shapely.Polygon):
        return shapely.MultiPolygon([geometry])
    if isinstance(geometry, shapely.MultiPolygon):
        return geometry
    raise InputError(f"a {type(geometry).__name__}; expected a Polygon or MultiPolygon")


def _set(connection: sa.Connection, county_id: int, *, kind: str, vintage: date) -> int:
    made = pg.insert(area_set).values(county_id=county_id, kind=kind, vintage=vintage)
    connection.execute(made.on_conflict_do_nothing())
    same = (area_set.c.county_id == county_id, area_set.c.kind == kind, area_set.c.vintage == vintage)
    return int(connection.execute(sa.select(area_set.c.id).where(*same)).scalar_one())


def _valid(connection: sa.Connection, county_id: int, *, kind: str, vintage: date) -> DateRange:
    """From this vintage to the next, cutting the set before it short."""
    vintages = sorted(
        connection.execute(
            sa.select(area_set.c.vintage).where(area_set.c.county_id == county_id, area_set.c.kind == kind)
        ).scalars()
    )
    place = vintages.index(vintage)
    for start, end in zip([None, *vintages[1:]], [*vintages[1:], None], strict=True):
        query.run(
            connection,
            "area_set_valid",
            county=county_id,
            kind=kind,
            vintage=start or vintages[0],
            valid=DateRange(start, end),
        )
    return DateRange(
        vintages[place] if place else None, vintages[place + 1] if place + 1 < len(vintages) else None
    )


def _simplify(connection: sa.Connection, set_id: int) -> None:
    """Draw ``simple`` for a whole set together, so that neighbours still share their edges.

    Where a set is no clean coverage (slivers, overlaps), each shape is simplified by itself instead.
    """
    found = connection.execute(
        sa.select(area.c.id, sa.func.ST_AsBinary(area.c.geom)).where(area.c.area_set_id == set_id)
    ).all()
    if not found:
        return
    shapes = shapely.from_wkb([bytes(geometry) for _, geometry in found])
    if shapely.coverage_is_valid(shapes):
        simple = shapely.coverage_simplify(shapes, SIMPLE_METRES)
    else:
        simple = shapely.simplify(shapes, SIMPLE_METRES, preserve_topology=True)
    usable = shapely.is_valid(simple) & ~shapely.is_empty(simple)
    kept = [multi(new if ok else old) for new, old, ok in zip(simple, shapes, usable, strict=True)]
    name = copy.stage(
        connection,
        area,
        ("id", "simple"),
        zip([identifier for identifier, _ in found], copy.wkb(np.array(kept, dtype=object)), strict=True),
    )
    connection.exec_driver_sql(
        f"update area set simple = s.simple from pg_temp.{name} s where s.id = area.id"  # noqa: S608 - our own name
    )


def save_memberships(
    connection: sa.Connection, county_id: int, members: Sequence[Membership], *, import_id: int
) -> None:
    """Replace the county's memberships of these group kinds."""
    kinds = sorted({member.group_kind for member in members})
    connection.execute(
        membership.delete().where(membership.c.county_id == county_id, membership.c.group_kind.in_(kinds))
    )
    columns = (
        "county_id",
        "import_id",
        "group_kind",
        "group_code",
        "group_name",
        "parish_code",
        "division_code",
        "valid",
        "zone",
        "confidence",
        "source",
    )
    copy.load(
        connection,
        membership,
        columns,
        (
            (
                county_id,
                import_id,
                member.group_kind,
                slug(member.group_name),
                member.group_name,
                member.parish,
                member.division or "",
                DateRange(member.valid_from, member.valid_to),
                member.zone,
                member.confidence,
                member.source,
            )
            for member in members
        ),
    )


def slug(name: str) -> str:
    """The code of a group that has none: its name in small letters and hyphens."""
    words = "".join(
        letter.lower() if letter.isalnum() else " " for letter in name.replace("'", "").replace("’", "")
    )
    return "-".join(words.split())


def dissolve(connection: sa.Connection, county_id: int, group_kind: str) -> None:
    """Draw a kind of group anew from its parishes, once for every period in which its members stay the same.

    A parish shared between groups is cut along its divisions, where those are loaded.
    """
    query.run(connection, "group_forget", county=county_id, kind=group_kind)
    query.run(connection, "group_dissolve", county=county_id, kind=group_kind)


def place(connection: sa.Connection, county_id: int, *, refs: Sequence[str] | None = None) -> None:
    """Say for every organisation, resource and need where it lies: point, parish, division, outside or in.

    A record without a point takes its postcode's; a need without either takes a point inside its parish.
    A volunteer's parish is that of the mask, not of the home. With ``refs``, only records of those
    ids are looked at.
    """
    query.run(connection, "place_records", county=county_id, refs=None if refs is None else list(refs))


def group_kinds(connection: sa.Connection, county_id: int) -> list[str]:
    """The kinds of group that the county has members of, in alphabetical order."""
    kinds = sa.select(membership.c.group_kind).distinct().where(membership.c.county_id == county_id)
    return sorted(connection.execute(kinds).scalars())


def mark_outside(connection: sa.Connection, county_id: int) -> None:
    """Mark neighbours' areas by where they lie, once the county's authority is loaded."""
    query.run(connection, "area_outside", county=county_id)


def parish_seats(connection: sa.Connection, county_id: int) -> Sequence[sa.RowMapping]:
    """code, name, easting, northing (EPSG:27700 metres, inside) and residents of every parish, by code."""
    return query.rows(connection, "parish_seats", county=county_id)


def strange(connection: sa.Connection, county_id: int, kind: str, codes: Sequence[str]) -> list[str]:
    """Which of some codes no current area of a kind bears, in their order; none where none is loaded."""
    mine = area.c.county_id == county_id, area.c.kind == kind, sa.func.upper_inf(area.c.valid)
    known = set(connection.scalars(sa.select(area.c.code).where(*mine)))
    return [code for code in codes if code not in known] if known else []


def names(connection: sa.Connection, county_id: int, kind: str) -> list[tuple[str, str]]:
    """Code and name of the current areas of a kind inside the county, by name."""
    found = sa.select(area.c.code, area.c.name).where(
        area.c.county_id == county_id,
        area.c.kind == kind,
        sa.not_(area.c.outside),
        sa.func.upper_inf(area.c.valid),
    )
    return [(row.code, row.name) for row in connection.execute(found.order_by(area.c.name, area.c.code))]
