"""What the desk reads and keeps: offers with their contacts, the inbox, asks, acts and decisions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from geomatch.db import query
from geomatch.db.tables import act, ask, asked_after, contact, decision, matching_run, need, series
from geomatch.errors import UnknownPlaceError

Row = sa.RowMapping
Rows = Sequence[sa.RowMapping]

STATES = ("broken", "past", "proposed", "new", "confirmed")
"""How far a need has come, what is most pressing first."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """Which needs to list: of a state (or ``open``, ``all``), a kind, with a text; in order of waiting."""

    state: str = "open"
    kind: str | None = None
    text: str | None = None
    by_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment: with its zone, on the wall clock of Europe/London, and the day there."""

    now: datetime
    wall: datetime

    @property
    def today(self) -> date:
        """The day on the wall clock."""
        return self.wall.date()


def offers(connection: sa.Connection, county: int, refs: Iterable[str]) -> dict[str, Row]:
    """Resources by their own ids, with prices and how their people are reached."""
    found = query.rows(connection, "desk_offers", county=county, refs=sorted(set(refs)))
    return {row["ref"]: row for row in found}


def asker(connection: sa.Connection, county: int, ref: str) -> Row:
    """Who asks for a need. Raises UnknownPlaceError when it is not loaded."""
    found = query.row(connection, "desk_asker", county=county, ref=ref)
    if found is None:
        raise UnknownPlaceError(f"no need {ref!r} is loaded in this county")
    return found


def inbox(
    connection: sa.Connection, county: int, wanted: Inbox, at: Moment, *, slice_: tuple[int, int]
) -> Rows:
    """Needs with ``state``, ``due``, ``waited`` and counts; ``slice_`` is (how many, after how many)."""
    limit, offset = slice_
    return query.rows(
        connection,
        "desk_inbox",
        county=county,
        now=at.now,
        wall=at.wall,
        today=at.today,
        state=wanted.state,
        kind=wanted.kind,
        text=wanted.text,
        by_waiting=wanted.by_waiting,
        limit=limit,
        offset=offset,
    )


def set_status(connection: sa.Connection, number: int, status: str) -> None:
    """A need is ``open`` again, or ``met``; one that was withdrawn stays so."""
    mine = need.update().where(need.c.id == number, need.c.status != "withdrawn")
    connection.execute(mine.values(status=status))


def bundles(connection: sa.Connection, county: int, now: datetime, **which: Any) -> Rows:
    """Bookings of bundles by ``bundles``, or of a ``need``, or of ``series``; newest bundles first."""
    asked = {"bundles": None, "need": None, "series": None} | which
    return query.rows(connection, "desk_bookings", county=county, now=now, **asked)


def series_of(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, Row]:
    """Series by number: how each repeats."""
    mine = series.select().where(series.c.id.in_(sorted(set(numbers))))
    return {row["id"]: row for row in connection.execute(mine).mappings()}


def asks(connection: sa.Connection, bundles_: Iterable[int]) -> Rows:
    """What the parties to bundles were asked and said, those who ask for the need first."""
    mine = ask.select().where(ask.c.bundles.overlap(sa.cast(list(bundles_), ask.c.bundles.type)))
    return connection.execute(mine.order_by(ask.c.offers, ask.c.id)).mappings().all()


def one_ask(connection: sa.Connection, number: int, *, lock: bool = False) -> Row:
    """One ask. Raises UnknownPlaceError when there is none."""
    found = connection.execute(
        ask.select().where(ask.c.id == number).with_for_update()
        if lock
        else ask.select().where(ask.c.id == number)
    )
    row = found.mappings().one_or_none()
    if row is None:
        raise UnknownPlaceError(f"nobody was asked under the number {number}")
    return row


def add_ask(connection: sa.Connection, **values: Any) -> int:
    """Somebody is asked; gives the number of the ask."""
    return int(connection.execute(ask.insert().values(**values).returning(ask.c.id)).scalar_one())


def change_ask(connection: sa.Connection, number: int, **values: Any) -> None:
    """What somebody said, or that it does not matter any more."""
    connection.execute(ask.update().where(ask.c.id == number).values(**values))


def close_asks(connection: sa.Connection, bundles_: Iterable[int], now: datetime) -> None:
    """Nobody need answer about these bundles any more."""
    mine = ask.c.bundles.overlap(sa.cast(list(bundles_), ask.c.bundles.type))
    connection.execute(ask.update().where(mine, ask.c.closed_at.is_(None)).values(closed_at=now))


def save_contact(connection: sa.Connection, owner: Mapping[str, int], **values: Any) -> None:
    """How whoever owns something is reached; ``owner`` is an organisation_id, resource_id or need_id."""
    [(column, number)] = owner.items()
    connection.execute(contact.delete().where(contact.c[column] == number))
    connection.execute(contact.insert().values(**owner, **values))


def contacts(connection: sa.Connection, owner: Mapping[str, int]) -> Row | None:
    """What is recorded of one owner, or ``None``."""
    [(column, number)] = owner.items()
    return connection.execute(contact.select().where(contact.c[column] == number)).mappings().one_or_none()


def add_act(connection: sa.Connection, **values: Any) -> int:
    """Something was done at the desk; gives its number."""
    return int(connection.execute(act.insert().values(**values).returning(act.c.id)).scalar_one())


def acts(connection: sa.Connection, county: int, since: datetime, *, need_id: int | None = None) -> Rows:
    """What was done since a moment, the newest first."""
    mine = act.select().where(act.c.county_id == county, act.c.at >= since)
    if need_id is not None:
        mine = mine.where(act.c.need_id == need_id)
    return connection.execute(mine.order_by(act.c.at.desc(), act.c.id.desc()).limit(200)).mappings().all()


def one_act(connection: sa.Connection, county: int, number: int) -> Row:
    """One act, locked. Raises UnknownPlaceError when there is none."""
    mine = act.select().where(act.c.id == number, act.c.county_id == county).with_for_update()
    found = connection.execute(mine).mappings().one_or_none()
    if found is None:
        raise UnknownPlaceError(f"nothing was done under the number {number}")
    return found


def mark_undone(connection: sa.Connection, number: int, *, who: str, now: datetime) -> None:
    """This act was undone."""
    connection.execute(act.update().where(act.c.id == number).values(undone_at=now, undone_by=who))


def decisions(connection: sa.Connection, run: int) -> dict[int, Row]:
    """What was said of a round's lines, by the need's row."""
    found = connection.execute(decision.select().where(decision.c.matching_run_id == run)).mappings()
    return {row["need_id"]: row for row in found}


def decide(connection: sa.Connection, county: int, run: int, need_id: int, **values: Any) -> None:
    """Keep what was said of a line, in place of what was said before.

    Raises UnknownPlaceError for a run that is not this county's.
    """
    mine = sa.select(matching_run.c.id).where(matching_run.c.id == run, matching_run.c.county_id == county)
    if connection.execute(mine).one_or_none() is None:
        raise UnknownPlaceError(f"there is no round {run} in this county")
    forget_decision(connection, run, need_id)
    connection.execute(decision.insert().values(matching_run_id=run, need_id=need_id, **values))


def forget_decision(connection: sa.Connection, run: int, need_id: int) -> None:
    """As if nothing had been said of this line."""
    mine = (decision.c.matching_run_id == run, decision.c.need_id == need_id)
    connection.execute(decision.delete().where(*mine))


def forget_decisions_of(connection: sa.Connection, bundles_: Iterable[int]) -> None:
    """As if nothing had been said of the lines from which these bundles came."""
    connection.execute(decision.delete().where(decision.c.bundle_id.in_(list(bundles_))))


def over_and_unasked(connection: sa.Connection, wall: datetime) -> Rows:
    """Bundles confirmed and over of which nobody was asked whether they happened."""
    return query.rows(connection, "desk_over", wall=wall)


def asked_about(connection: sa.Connection, bundle: int, now: datetime, told: str) -> None:
    """Somebody was asked whether this bundle happened."""
    connection.execute(asked_after.insert().values(bundle_id=bundle, asked_at=now, told=told))
