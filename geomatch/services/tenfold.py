"""A copy of the database with ten times the records, to see that pages stay quick; it goes afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from geomatch.db import cluster, counties, engine, multiply, rivals
from geomatch.progress import Progress, silent
from geomatch.services.database import APP_ROLE, NAME

COPIES = 9
_COPY = "geomatch_tenfold"


@contextmanager
def tenfold(home: Path, *, progress: Progress = silent) -> Iterator[sa.Engine]:
    """An engine as the application on the private database with every need and offer there ten times.

    Raises BusyError while anybody else uses the database.
    """
    with cluster.open(home, progress=progress) as private:
        private.drop_database(_COPY)
        progress("copying the database", 0, None)
        private.create_database(_COPY, NAME)
        try:
            owner = engine.connect(private.url(_COPY))
            with owner.begin() as connection:
                for county in counties.every(connection):
                    progress("making ten of every record", 0, None)
                    multiply.records(connection, county.id, COPIES)
            rivals.tidy(owner)
            owner.dispose()
            door = engine.connect(private.url(_COPY), role=APP_ROLE)
            try:
                yield door
            finally:
                door.dispose()
        finally:
            private.drop_database(_COPY)
