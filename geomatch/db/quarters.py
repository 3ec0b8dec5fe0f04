"""Snapshots of quarters, how near everybody is to everything, targets and stories: kept, and read again.

Snapshots are read as the desk or the owner; the public application may read ``reach`` alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db import copy, query
from geomatch.db.runs import Rows
from geomatch.db.tables import matching_run, reach, snapshot, snapshot_area, story, target
from geomatch.errors import UnknownPlaceError
from geomatch.times import Quarter

GROUPS = "ljc"
"""The kind of area that has a page of its own for every quarter."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One snapshot there is."""

    id: int
    quarter: Quarter
    as_of: date
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Target:
    """What an LJC means to reach. ``id`` is None before it is kept."""

    area_code: str
    indicator: str
    baseline: float
    target: float
    due: date
    owner: str
    illustrative: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """Needs, offers and groups of a county, what was met, and which parishes and wards each LJC has."""

    needs: Sequence[Mapping[str, Any]]
    offers: Sequence[Mapping[str, Any]]
    groups: Sequence[Mapping[str, Any]]
    done: Sequence[Mapping[str, Any]]
    parts: Sequence[Mapping[str, Any]]


def records(connection: sa.Connection, county_id: int, run: int, day: date) -> Records:
    """What a snapshot is made from, as a run of matching left it."""
    quarter = Quarter.of(day)
    return Records(
        needs=_plain(connection, "keep_needs", county=county_id, run=run),
        offers=_plain(connection, "keep_offers", county=county_id, day=day),
        groups=_plain(connection, "keep_groups", county=county_id),
        done=_plain(connection, "keep_done", county=county_id, first=quarter.first, last=quarter.last),
        parts=_plain(connection, "keep_parts", county=county_id, kind=GROUPS, day=day),
    )


def _plain(connection: sa.Connection, name: str, **asked: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in query.rows(connection, name, **asked)]


def newest_run(connection: sa.Connection, county_id: int, quarter: Quarter | None) -> sa.RowMapping | None:
    """id and as_of of the newest run of all, or of one quarter."""
    found = sa.select(matching_run.c.id, matching_run.c.as_of).where(matching_run.c.county_id == county_id)
    if quarter is not None:
        found = found.where(matching_run.c.as_of.between(quarter.first, quarter.last))
    return connection.execute(found.order_by(matching_run.c.id.desc()).limit(1)).mappings().one_or_none()


def every(connection: sa.Connection, county_id: int) -> list[Kept]:
    """Snapshots there are, the newest first."""
    found = sa.select(snapshot).where(snapshot.c.county_id == county_id).order_by(snapshot.c.as_of.desc())
    return [
        Kept(row["id"], Quarter.read(row["quarter"]), row["as_of"], row["illustrative"])
        for row in connection.execute(found).mappings()
    ]


def save(
    connection: sa.Connection,
    county_id: int,
    day: date,
    documents: Mapping[str, Mapping[str, Any]],
    *,
    illustrative: bool,
    drawn_on: date,
) -> int:
    """Keep a quarter's pages by LJC, in place of those of the same quarter while it runs; gives the id.

    Areas are drawn as they stood on ``drawn_on``. The database refuses for a quarter that is over.
    """
    quarter = str(Quarter.of(day))
    mine = (snapshot.c.county_id == county_id, snapshot.c.quarter == quarter)
    connection.execute(snapshot.delete().where(*mine))
    made = snapshot.insert().values(
        county_id=county_id, quarter=quarter, as_of=day, illustrative=illustrative
    )
    number = int(connection.execute(made.returning(snapshot.c.id)).scalar_one())
    rows = [
        {"snapshot_id": number, "code": code, "name": document["name"], "document": document}
        for code, document in documents.items()
    ]
    if rows:
        connection.execute(snapshot_area.insert(), rows)
    query.run(connection, "keep_shapes", county=county_id, kind=GROUPS, day=drawn_on, snapshot=number)
    return number


def document(connection: sa.Connection, number: int, code: str) -> dict[str, Any] | None:
    """What one snapshot says of one LJC, or None when it was not among them."""
    found = sa.select(snapshot_area.c.document).where(
        snapshot_area.c.snapshot_id == number, snapshot_area.c.code == code
    )
    return connection.execute(found).scalar_one_or_none()


def shapes(connection: sa.Connection, number: int, code: str, *, frame: tuple[int, int]) -> Rows:
    """The parishes of one LJC as a snapshot draws them, in a frame of pixels (width, height) at most."""
    width, height = frame
    return query.rows(connection, "keep_drawn", snapshot=number, code=code, width=width, height=height)


@dataclass(frozen=True, slots=True)
class Near:
    """How near a residents' point (``people``) or an open need is to each kind, by the modes of ``MODES``.

    Minutes to the nearest that would do, None where there is none in reach; a need has only the kinds it
    asks for. ``step_free`` is the same to what is known to be step-free.
    """

    what: str
    code: str
    residents: int | None
    minutes: Mapping[str, Sequence[float | None]]
    step_free: Mapping[str, Sequence[float | None]]


def save_reach(connection: sa.Connection, county_id: int, day: date, several: Iterable[Near]) -> None:
    """Keep how near everybody of a county is, in place of what was kept."""
    connection.execute(reach.delete().where(reach.c.county_id == county_id))
    columns = ("county_id", "as_of", "what", "code", "residents", "minutes", "step_free")
    rows = (
        (county_id, day, each.what, each.code, each.residents, dict(each.minutes), dict(each.step_free))
        for each in several
    )
    copy.load(connection, reach, columns, rows)


def near(
    connection: sa.Connection, county_id: int, people: Sequence[str], needs: Sequence[str]
) -> tuple[date | None, list[Near]]:
    """How near some residents' points and needs are, and on which day; None where it was never counted."""
    mine = sa.or_(
        sa.and_(reach.c.what == "people", reach.c.code.in_(people)),
        sa.and_(reach.c.what == "need", reach.c.code.in_(needs)),
    )
    found = connection.execute(sa.select(reach).where(reach.c.county_id == county_id, mine)).mappings().all()
    names = ("what", "code", "residents", "minutes", "step_free")
    day = max((row["as_of"] for row in found), default=None)
    return day, [Near(**{name: row[name] for name in names}) for row in found]


def people_near(connection: sa.Connection, county_id: int, kind: str, at: int) -> Rows:
    """code, residents, minutes (None: none in reach) and as_of of every residents' point, to one kind.

    ``at`` is the mode's place in ``Near.minutes``. Nothing where it was never counted.
    """
    return query.rows(connection, "reach_near", county=county_id, kind=kind, at=at)


def targets(connection: sa.Connection, county_id: int, code: str) -> list[Target]:
    """Targets of one LJC, the first due first. The desk's role and the owner may ask."""
    columns = [target.c[name] for name in Target.__dataclass_fields__]
    found = sa.select(*columns).where(target.c.county_id == county_id, target.c.area_code == code)
    return [Target(**row) for row in connection.execute(found.order_by(target.c.due, target.c.id)).mappings()]


def add_targets(connection: sa.Connection, county_id: int, several: Iterable[Target], made_by: str) -> None:
    """Keep new targets."""
    names = ("area_code", "indicator", "baseline", "target", "due", "owner", "illustrative")
    rows = [
        {name: getattr(each, name) for name in names} | {"county_id": county_id, "made_by": made_by}
        for each in several
    ]
    if rows:
        connection.execute(target.insert(), rows)


def change_target(connection: sa.Connection, county_id: int, changed: Target, made_by: str) -> None:
    """Keep a target that was changed. Raises UnknownPlaceError when the LJC has none of that number."""
    values = {name: getattr(changed, name) for name in ("indicator", "baseline", "target", "due", "owner")}
    done = connection.execute(
        target.update()
        .where(*_mine(target, county_id, changed.area_code, changed.id))
        .values(**values, illustrative=False, made_by=made_by)
    )
    _must(done.rowcount, "target", changed.id)


def remove_target(connection: sa.Connection, county_id: int, code: str, number: int) -> None:
    """Forget a target. Raises UnknownPlaceError when the LJC has none of that number."""
    done = connection.execute(target.delete().where(*_mine(target, county_id, code, number)))
    _must(done.rowcount, "target", number)


def any_target(connection: sa.Connection, county_id: int) -> bool:
    """Whether any LJC of a county has a target."""
    return bool(
        connection.execute(sa.select(sa.exists().where(target.c.county_id == county_id))).scalar_one()
    )


def note(connection: sa.Connection, county_id: int, code: str) -> None:
    """Write an LJC's targets and stories, as they stand now, into its page of the newest quarter."""
    newest = every(connection, county_id)[0]
    mine = (snapshot_area.c.snapshot_id == newest.id, snapshot_area.c.code == code)
    words = own_words(connection, county_id, code, newest.quarter)
    connection.execute(
        snapshot_area.update()
        .where(*mine)
        .values(document=snapshot_area.c.document.op("||")(sa.cast(words, pg.JSONB)))
    )


def own_words(
    connection: sa.Connection, county_id: int, code: str, quarter: Quarter
) -> dict[str, list[dict[str, Any]]]:
    """``targets`` and ``stories`` of an LJC, as its page of a quarter keeps them."""
    told = stories(connection, county_id, code, quarter)
    return {
        "targets": [_target(each) for each in targets(connection, county_id, code)],
        "stories": [{"on": row["happened"].isoformat(), "words": row["words"]} for row in told],
    }


def _target(each: Target) -> dict[str, Any]:
    names = ("indicator", "baseline", "target", "owner", "illustrative")
    return {name: getattr(each, name) for name in names} | {"due": each.due.isoformat()}


def stories(
    connection: sa.Connection, county_id: int, code: str, quarter: Quarter
) -> Sequence[sa.RowMapping]:
    """id, happened and words of an LJC's own stories of a quarter, the earliest first."""
    found = sa.select(story.c.id, story.c.happened, story.c.words).where(
        story.c.county_id == county_id,
        story.c.area_code == code,
        story.c.happened.between(quarter.first, quarter.last),
    )
    return connection.execute(found.order_by(story.c.happened, story.c.id)).mappings().all()


def add_story(
    connection: sa.Connection, county_id: int, code: str, happened: date, words: str, made_by: str
) -> None:
    """Keep a story."""
    connection.execute(
        story.insert().values(
            county_id=county_id, area_code=code, happened=happened, words=words, made_by=made_by
        )
    )


def remove_story(connection: sa.Connection, county_id: int, code: str, number: int) -> None:
    """Forget a story. Raises UnknownPlaceError when the LJC has none of that number."""
    done = connection.execute(story.delete().where(*_mine(story, county_id, code, number)))
    _must(done.rowcount, "story", number)


def _mine(table: sa.Table, county_id: int, code: str, number: int | None) -> tuple[Any, ...]:
    return table.c.county_id == county_id, table.c.area_code == code, table.c.id == number


def _must(count: int, what: str, number: int | None) -> None:
    if not count:
        raise UnknownPlaceError(f"there is no {what} of the number {number} here any more")
