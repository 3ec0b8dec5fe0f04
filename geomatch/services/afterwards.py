"""After the day one question: did it happen? Asked once of each bundle, by letter."""

import sqlalchemy as sa

from geomatch.db import desk
from geomatch.services import telling
from geomatch.services.booking import By
from geomatch.services.telling import Office


def ask(door: sa.Engine, site: str, by: By) -> int:
    """Ask about every bundle that is over and of which nobody was asked; gives how many letters that made.

    Each in a transaction of its own. Several processes may ask at once: each bundle is asked about once.
    """
    with door.connect() as connection:
        due = desk.over_and_unasked(connection, by.wall)
    return sum(_one(door, site, row, by) for row in due)


def _one(door: sa.Engine, site: str, due: sa.RowMapping, by: By) -> int:
    try:
        with door.begin() as connection:
            office = Office(due["county_id"], site)
            desk.asked_about(connection, due["id"], by.now, "by letter")
            rows = desk.bundles(connection, due["county_id"], by.now, bundles=[due["id"]])
            held = [row for row in rows if row["status"] == "confirmed"]
            asker = desk.asker(connection, due["county_id"], due["need"])
            return int(telling.after(connection, office, asker, bundle=due["id"], rows=held, by=by))
    except sa.exc.IntegrityError:
        return 0  # another process asked about it in the same moment
