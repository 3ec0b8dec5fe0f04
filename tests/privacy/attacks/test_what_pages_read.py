"""What the roles behind the pages can read at all: every column, view and function there is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from geomatch.db import engine
from geomatch.services.database import APP_ROLE, DESK_ROLE
from geomatch.travel.straight import guess

ROLES = (APP_ROLE, DESK_ROLE)
STATED = Path(__file__).with_name("what_pages_read.txt")
GAZETTEERS = {"postcode", "findable", "uprn", "population", "place_name", "spatial_ref_sys"}
"""Every place of the county, whoever lives there: each homes' postcode is among all the others."""

_COLUMNS = """
    select space.nspname as space, held.relname as held, part.attname as name,
        format_type(part.atttypid, part.atttypmod) as type
    from pg_class held
    join pg_namespace space on space.oid = held.relnamespace
    join pg_attribute part on part.attrelid = held.oid and part.attnum > 0 and not part.attisdropped
    where held.relkind in ('r', 'v', 'm', 'p', 'f')
        and space.nspname !~ '^pg_' and space.nspname <> 'information_schema'
        and has_schema_privilege(:role, space.oid, 'usage')
        and has_column_privilege(:role, held.oid, part.attnum, 'select')
    order by 1, 2, part.attname
"""
_FUNCTIONS = """
    select distinct space.nspname || '.' || called.proname as name from pg_proc called
    join pg_namespace space on space.oid = called.pronamespace
    where called.prosecdef and called.prorettype <> 'trigger'::regtype and space.nspname !~ '^pg_'
        and has_schema_privilege(:role, space.oid, 'usage')
        and has_function_privilege(:role, called.oid, 'execute')
    order by 1
"""
_POWERS = """
    select rolsuper or rolbypassrls or rolcreaterole or rolreplication as mighty, array(
        select pg_get_userbyid(roleid) from pg_auth_members where member = pg_roles.oid order by 1
    ) as also
    from pg_roles where rolname = :role
"""


def _readable(connection: sa.Connection, role: str) -> Iterator[tuple[str, str, list[sa.RowMapping]]]:
    rows = connection.execute(sa.text(_COLUMNS), {"role": role}).mappings().all()
    for space, held in dict.fromkeys((row["space"], row["held"]) for row in rows):
        yield space, held, [row for row in rows if (row["space"], row["held"]) == (space, held)]


def _stated(connection: sa.Connection) -> list[str]:
    """A line for every table and view, and every function with its owner's rights, open to a role."""
    told = []
    for role in ROLES:
        for space, held, columns in _readable(connection, role):
            told.append(f"{role} reads {space}.{held}: {' '.join(row['name'] for row in columns)}")
        called = connection.execute(sa.text(_FUNCTIONS), {"role": role}).scalars()
        told += [f"{role} calls {name}" for name in called]
    return told


def test_every_column_that_a_page_could_read_is_stated(connection: sa.Connection) -> None:
    """A new one fails here, until somebody has thought of what it tells of people and written it down."""
    assert "\n".join(_stated(connection)) == STATED.read_text("utf-8").strip()


def test_neither_role_has_the_powers_of_another(connection: sa.Connection) -> None:
    found = [connection.execute(sa.text(_POWERS), {"role": role}).one() for role in ROLES]
    assert found == [(False, []), (False, [APP_ROLE])]


def _told(connection: sa.Connection, role: str) -> dict[str, str]:
    """All that a role can read of a database, as text by table; the gazetteers apart."""
    told = {}
    for space, held, columns in _readable(connection, role):
        if held in GAZETTEERS:
            continue
        parts = [
            f'{"ST_AsText" if row["type"].startswith("geometry") else "text"}("{row["name"]}")'
            for row in columns
        ]
        rows = connection.execute(sa.text(f"select {', '.join(parts)} from {space}.{held}"))
        told[f"{space}.{held}"] = "\n".join("\t".join(map(str, row)) for row in rows)
    return told


def _minutes(attacked: Any, starts: list[tuple[float, float]]) -> set[float]:
    """To six decimals, those from some places to every need."""
    with attacked.owner.connect() as connection:
        asked = connection.execute(sa.text("select ST_X(geom), ST_Y(geom) from need")).all()
    found = guess(np.array(starts), np.array([tuple(row) for row in asked]), "car", max_minutes=240).toarray()
    return {round(each, 6) for each in found.ravel().tolist() if each % 1}


def _holding(told: dict[str, str], hunter: Any, minutes: set[float]) -> list[str]:
    return [
        held for held, text in told.items() if {round(each, 6) for each in hunter.numbers(text)} & minutes
    ]


@pytest.mark.parametrize("role", ROLES)
def test_no_row_that_a_page_could_read_holds_a_home_or_minutes_from_one(
    attacked: Any, hunter: Any, role: str
) -> None:
    door = engine.connect(attacked.owner.url.render_as_string(hide_password=False), role=role)
    with door.connect() as connection:
        told = _told(connection, role)
    door.dispose()
    assert "Helper p3" in told["public.resource"]
    assert {held: found for held, text in told.items() if (found := hunter.found_in(text))} == {}
    assert _holding(told, hunter, _minutes(attacked, list(attacked.homes.values()))) == []


def test_this_hunt_finds_what_it_is_for(attacked: Any, hunter: Any) -> None:
    """As the owner, who may read all: homes where they are kept, and a run's minutes from masks."""
    with attacked.owner.connect() as connection:
        told = _told(connection, "geomatch")
    assert hunter.found_in(told["homes.home"])
    masks = [place[:2] for place in attacked.masks().values()]
    assert _holding(told, hunter, _minutes(attacked, masks)) == ["public.matching_run"]
    assert _holding(told, hunter, _minutes(attacked, list(attacked.homes.values()))) == []
