"""What the roles behind the pages can read at all: every column, view and function there is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import engine
from geomatch.matching import packed
from geomatch.services.database import APP_ROLE, DESK_ROLE

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


def _minutes_from_homes(owner: sa.Engine, people: set[str]) -> set[float]:
    """To six decimals, those of every candidate who is a person: the problem has them as they are."""
    with owner.connect() as connection:
        kept = connection.execute(sa.text("select problem from run_problem")).scalars().all()
    problems = [packed.from_bytes(each) for each in kept]
    found = set()
    for problem in problems:
        columns = problem.candidates.resource.tolist(), problem.candidates.minutes.tolist()
        found |= {
            round(minutes, 6)
            for at, minutes in zip(*columns, strict=True)
            if problem.resources[at].id in people and minutes % 1
        }
    return found


@pytest.mark.parametrize("role", ROLES)
def test_no_row_that_a_page_could_read_holds_a_home_or_minutes_from_one(
    attacked: Any, hunter: Any, role: str
) -> None:
    door = engine.connect(attacked.owner.url.render_as_string(hide_password=False), role=role)
    with door.connect() as connection:
        told = _told(connection, role)
    door.dispose()
    exact = _minutes_from_homes(attacked.owner, set(attacked.homes))
    assert len(exact) >= 20
    assert "Helper p3" in told["public.resource"]
    assert {held: found for held, text in told.items() if (found := hunter.found_in(text))} == {}
    numbers = {held: {round(each, 6) for each in hunter.numbers(text)} for held, text in told.items()}
    assert {held: found for held, mine in numbers.items() if (found := mine & exact)} == {}


def test_this_hunt_finds_what_it_is_for(attacked: Any, hunter: Any) -> None:
    """As the owner, who may read all: homes, and minutes in the run's document alone."""
    exact = _minutes_from_homes(attacked.owner, set(attacked.homes))
    with attacked.owner.connect() as connection:
        told = _told(connection, "geomatch")
    assert hunter.found_in(told["homes.home"])
    found = [held for held, text in told.items() if {round(each, 6) for each in hunter.numbers(text)} & exact]
    assert found == ["public.matching_run"]
