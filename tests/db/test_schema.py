"""The schema is what the migrations make, and it refuses impossible states."""

import os
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from geomatch.db import engine, migrate, naming, tables
from geomatch.model import FEATURES


def _insert_resource(
    connection: sa.Connection, *, kind: str = "equipment", quantity: int = 1, **values: object
) -> int:
    county = connection.execute(
        sa.text(
            "insert into county (slug, name) values ('test', 'Test') "
            "on conflict (slug) do update set name = 'Test' returning id"
        )
    ).scalar_one()
    row = {
        "county_id": county,
        "ref": f"r{quantity}{kind}",
        "kind": kind,
        "name": "Thing",
        "travels": "carried",
        "mode": "car",
    }
    made = tables.resource.insert().values(**row, quantity=quantity, **values).returning(tables.resource.c.id)
    return int(connection.execute(made).scalar_one())


def _book(
    connection: sa.Connection, resource: int, unit: int, hours: str, *, status: str = "confirmed"
) -> int:
    booking = connection.execute(
        sa.text(
            "insert into booking (resource_id, during, status) "
            "values (:r, cast(:h as tsrange), :s) returning id"
        ),
        {"r": resource, "h": hours, "s": status},
    ).scalar_one()
    connection.execute(
        sa.text(
            "insert into booking_unit (booking_id, unit, resource_id, held, holds) "
            "select id, :u, resource_id, held, holds from booking where id = :b"
        ),
        {"u": unit, "b": booking},
    )
    return int(booking)


MORNING = "[2026-12-01 10:00,2026-12-01 12:00)"
NOON = "[2026-12-01 12:00,2026-12-01 13:00)"


def test_the_migrations_make_exactly_the_tables_of_the_program(connection: sa.Connection) -> None:
    context = MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True,
            "compare_type": True,
            "include_object": lambda _object, name, kind, *_: (
                kind != "table" or name not in ("spatial_ref_sys", "alembic_version")
            ),
        },
    )
    assert compare_metadata(context, tables.metadata) == []


def test_check_and_exclusion_constraints_are_those_of_the_program(connection: sa.Connection) -> None:
    wanted = {
        str(constraint.name)
        for table in tables.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint) or type(constraint).__name__ == "ExcludeConstraint"
    }
    there = set(
        connection.execute(
            sa.text(
                "select conname from pg_constraint join pg_class on pg_class.oid = conrelid "
                "where contype in ('c', 'x') and relname <> 'spatial_ref_sys'"
            )
        ).scalars()
    )
    assert {name.replace("%(", "") for name in wanted} == there


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    door = engine.connect(database_url)
    migrate.upgrade(door)
    with door.connect() as connection:
        assert migrate.current(connection) == migrate.newest()
    door.dispose()


def test_every_feature_of_the_model_is_known_with_its_type(connection: sa.Connection) -> None:
    rows = connection.execute(sa.text("select name, type from feature_type"))
    assert {row.name: row.type for row in rows} == {name: str(kind) for name, kind in FEATURES.items()}


def test_one_thing_is_booked_once_at_a_time(connection: sa.Connection) -> None:
    resource = _insert_resource(connection)
    _book(connection, resource, 1, MORNING)
    _book(connection, resource, 1, NOON)
    with pytest.raises(sa.exc.IntegrityError, match="booking_unit_held_once"):
        _book(connection, resource, 1, "[2026-12-01 11:00,2026-12-01 11:30)")


def test_two_of_a_kind_are_booked_twice_and_not_three_times(connection: sa.Connection) -> None:
    resource = _insert_resource(connection, quantity=2)
    _book(connection, resource, 1, MORNING)
    _book(connection, resource, 2, MORNING)
    with pytest.raises(sa.exc.IntegrityError, match="unit 3 of resource"):
        _book(connection, resource, 3, MORNING)


def test_a_cancelled_booking_gives_its_time_back(connection: sa.Connection) -> None:
    resource = _insert_resource(connection)
    booking = _book(connection, resource, 1, MORNING)
    connection.execute(
        sa.text("update booking set status = 'cancelled', reason = 'ill' where id = :b"), {"b": booking}
    )
    _book(connection, resource, 1, MORNING)


def test_a_volunteers_public_point_is_a_mask_without_a_postcode(connection: sa.Connection) -> None:
    def volunteer(**values: object) -> None:
        point = sa.text("ST_SetSRID(ST_MakePoint(350500, 300500), 27700)")
        _insert_resource(connection, kind="volunteer", geom=point, **values)

    with connection.begin_nested():
        volunteer(precision_metres=500)
    for wrong in ({}, {"precision_metres": 499}, {"precision_metres": 500, "postcode": "SY7 8BQ"}):
        with pytest.raises(sa.exc.IntegrityError, match="no_home_in_public"), connection.begin_nested():
            volunteer(**wrong)


def test_no_public_place_is_the_home_itself(connection: sa.Connection) -> None:
    home = sa.text("ST_SetSRID(ST_MakePoint(350500, 300500), 27700)")
    person = _insert_resource(connection, kind="volunteer", geom=home, precision_metres=500)
    into = sa.text(
        "insert into homes.home (resource_id, geom) "
        "values (:r, ST_SetSRID(ST_MakePoint(350500 + :metres, 300500), 27700))"
    )
    connection.execute(sa.text("set constraints all immediate"))
    with pytest.raises(sa.exc.IntegrityError, match="a public place at the home"), connection.begin_nested():
        connection.execute(into, {"r": person, "metres": 20})
    connection.execute(into, {"r": person, "metres": 30})


def test_only_people_have_homes(connection: sa.Connection) -> None:
    resource = _insert_resource(connection)
    with pytest.raises(sa.exc.IntegrityError, match="only people have homes"):
        connection.execute(
            sa.text("insert into homes.home values (:r, ST_SetSRID(ST_MakePoint(1, 2), 27700))"),
            {"r": resource},
        )


def test_only_people_have_checks(connection: sa.Connection) -> None:
    thing, person = _insert_resource(connection), _insert_resource(connection, kind="volunteer")
    into = sa.text("insert into dbs_check (resource_id, level, seen_by) values (:r, 'basic', 'Pat')")
    connection.execute(into, {"r": person})
    with pytest.raises(sa.exc.IntegrityError, match="only people have DBS checks"):
        connection.execute(into, {"r": thing})


REFUSED = (
    "select * from homes.home",
    "select * from dbs_check",
    "insert into county (slug, name) values ('x', 'X')",
)


def test_the_applications_role_reads_and_cannot_see_homes_or_write(database_url: str) -> None:
    door = engine.connect(database_url, role="geomatch_app")
    with door.connect() as app:
        assert app.execute(sa.text("select count(*) from resource")).scalar_one() == 0
        for refused in (
            "select * from homes.home",
            "select * from dbs_check",
            "insert into county (slug, name) values ('x', 'X')",
        ):
            with pytest.raises(sa.exc.ProgrammingError) as caught, app.begin_nested():
                app.execute(sa.text(refused))
            assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)
    door.dispose()


def test_homes_stay_closed_row_by_row_even_where_somebody_grants_too_much(database_url: str) -> None:
    owner = engine.connect(database_url)
    with owner.begin() as connection:
        people = [_insert_resource(connection, kind="volunteer", quantity=number) for number in (1, 2)]
        for person in people:
            home = sa.text("insert into homes.home (resource_id, postcode) values (:r, 'SY7 8BQ')")
            connection.execute(home, {"r": person})
        connection.execute(sa.text("grant usage on schema homes to geomatch_app"))
        connection.execute(sa.text("grant select on homes.home to geomatch_app, geomatch_desk"))
    for role in ("geomatch_app", "geomatch_desk"):
        door = engine.connect(database_url, role=role)
        with door.connect() as app:
            assert app.execute(sa.text("select * from homes.home")).all() == [], role
            naming.homes(app, [people[0]])
            named = app.execute(sa.text("select resource_id from homes.home")).scalars().all()
            assert named == ([people[0]] if role == "geomatch_desk" else [])
        door.dispose()
    owner.dispose()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("quantity", 0),
        ("travels", "'teleport'"),
        ("catchment_kind", "'minutes'"),
        ("max_minutes", -1),
        ("name", "''"),
    ],
)
def test_a_resource_refuses_impossible_values(connection: sa.Connection, column: str, value: object) -> None:
    resource = _insert_resource(connection)
    with pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text(f"update resource set {column} = {value} where id = {resource}"))


def test_a_feature_holds_a_value_of_its_own_type_only(connection: sa.Connection) -> None:
    resource = _insert_resource(connection)
    into = "insert into resource_feature (resource_id, name, type, "
    good = into + "truth) values (:r, 'kitchen', 'truth', 'unknown')"
    connection.execute(sa.text(good), {"r": resource})
    for name, kind, column, value in (
        ("stage", "truth", "number", "1"),
        ("stage", "number", "number", "1"),
        ("stage", "truth", "truth", "'perhaps'"),
        ("no_such_thing", "truth", "truth", "'yes'"),
    ):
        wrong = f"{into}{column}) values (:r, '{name}', '{kind}', {value})"
        with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
            connection.execute(sa.text(wrong), {"r": resource})


def test_many_processes_may_migrate_an_empty_database_at_once(server: str) -> None:
    name = f"geomatch_race_{os.getpid()}"
    address = sa.make_url(server).set(database=name)
    maintenance = engine.connect(server).execution_options(isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(sa.text(f"create database {name} template template0"))
        try:
            doors = [engine.connect(address.render_as_string(hide_password=False)) for _ in range(4)]
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(migrate.upgrade, doors))
            with doors[0].connect() as migrated:
                assert migrate.current(migrated) == migrate.newest()
            for door in doors:
                door.dispose()
        finally:
            connection.execute(sa.text(f"drop database {name} with (force)"))
    maintenance.dispose()
