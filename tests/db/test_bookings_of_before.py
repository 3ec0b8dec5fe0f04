"""Bookings that were made before they had set-up, bundles and reasons keep their time."""

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from geomatch.db import engine, migrate


@pytest.fixture
def before(server: str) -> Iterator[sa.Engine]:
    """A database as it stood before the migration of bookings, with three of them."""
    name = f"geomatch_before_{os.getpid()}"
    maintenance = engine.connect(server).execution_options(isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(sa.text(f"create database {name} template template0"))
    door = engine.connect(sa.make_url(server).set(database=name).render_as_string(hide_password=False))
    scripts = ScriptDirectory.from_config(migrate._config())
    [step] = [each for each in scripts.walk_revisions() if str(each.module.__file__).endswith("_bookings.py")]
    with door.begin() as connection:
        migrate._require_extensions(connection)
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, str(step.down_revision))
        connection.exec_driver_sql(
            """
            insert into county (slug, name) values ('vale', 'Vale');
            insert into resource (county_id, ref, kind, name, travels, mode)
            select id, 'hall', 'venue', 'Hall', 'beneficiary', 'car' from county;
            insert into resource (county_id, ref, kind, name, travels, mode, geom, precision_metres)
            select id, 'driver', 'volunteer', 'Driver', 'resource', 'car',
                ST_SetSRID(ST_MakePoint(350500, 300500), 27700), 1000 from county;
            insert into homes.home (resource_id, geom)
            select id, ST_SetSRID(ST_MakePoint(350321, 300123), 27700) from resource where ref = 'driver';
            insert into booking (resource_id, during, status)
            select id, tsrange('2026-12-01 10:00', '2026-12-01 12:00'), status
            from resource, unnest(array['proposed', 'done', 'cancelled']) as status
            where ref = 'hall';
            insert into booking_unit (booking_id, unit, resource_id, during, holds)
            select id, 1, resource_id, during, holds from booking where holds
            """
        )
    yield door
    door.dispose()
    with maintenance.connect() as connection:
        connection.execute(sa.text(f"drop database {name} with (force)"))
    maintenance.dispose()


def test_bookings_of_before_keep_their_time_and_are_given_what_they_lacked(before: sa.Engine) -> None:
    migrate.upgrade(before)
    with before.connect() as connection:
        rows = connection.execute(
            sa.text(
                "select status, held = during, held_until > now(), happened, reason from booking order by id"
            )
        ).all()
        held = connection.execute(sa.text("select count(*) from booking_unit where holds")).scalar_one()
    assert [tuple(row) for row in rows] == [
        ("proposed", True, True, None, ""),
        ("done", True, None, True, ""),
        ("cancelled", True, None, None, "not said"),
    ]
    assert held == 1
