"""A recurring need: every occurrence a bundle, all asked for in one letter, those not to be had told."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from geomatch.db import desk
from geomatch.model import Opening
from geomatch.services import brokering, series
from geomatch.services.booking import HOLD, Ask, By
from geomatch.services.brokering import Plan
from geomatch.services.series import Repeat
from geomatch.services.settling import settled
from geomatch.services.telling import Office


@dataclass(frozen=True, slots=True)
class Told:
    """How many occurrences were proposed in a series, and why others were not."""

    series: int
    proposed: int
    refused: tuple[str, ...]


def propose(door: sa.Engine, office: Office, wanted: Plan, pattern: Opening, by: By, *, until: date) -> Told:
    """Propose every occurrence that can be had, and ask everybody once for all of them.

    Raises ConflictError when none can be had, InputError for a pattern that cannot be used.
    """

    def work(connection: sa.Connection) -> Told:
        asker = desk.asker(connection, office.county, wanted.need)
        repeat = Repeat(Ask(office.county, wanted.wanted, asker["id"]), pattern, until)
        made = series.propose_within(connection, repeat, by, by.now + HOLD, all_or_nothing=False)
        brokering.ask_everybody(connection, office, asker, made.proposals, by)
        about = {
            "bookings": [number for each in made.proposals for number in each.bookings],
            "refused": [begin.isoformat(timespec="minutes") for begin, _ in made.refused],
            "minutes": round((pattern.first.ends - pattern.first.starts).total_seconds() / 60),
        }
        words = f"proposed a series of {len(made.proposals)}"
        brokering.remember(connection, office, asker, by, ("propose", words, about))
        return Told(made.series, len(made.proposals), tuple(why for _, why in made.refused))

    return settled(door, work)
