"""A quarter kept: what every area reaches and what every LJC's page says, from the newest matching."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from geomatch.db import counties, quarters
from geomatch.db.counties import County
from geomatch.db.quarters import GROUPS, Records, Target
from geomatch.errors import InputError, UnavailableError
from geomatch.model import PEOPLE
from geomatch.privacy import Audience
from geomatch.privacy import figures as careful
from geomatch.progress import Progress, silent
from geomatch.services import earlier, ljcpages, reachable, worth
from geomatch.services.covering import Areas
from geomatch.services.ljcpages import Seen
from geomatch.times import Quarter

DESK = "geomatch"
"""Who made what nobody in particular made."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which county (``None``: the only one) and quarter (``None``: that of the newest matching).

    ``secret`` keeps the rounding of counts of people from being repeated by others.
    """

    county: str | None
    secret: bytes
    today: date
    quarter: Quarter | None = None


def keep(door: sa.Engine, asked: Asked, *, progress: Progress = silent) -> dict[str, Any]:
    """Keep a quarter as its newest matching left it; gives quarter, as_of and how many LJCs and areas.

    A sample county gets earlier quarters besides, made up from its own data. Raises UnavailableError when
    nothing was matched in the quarter, InputError when it is over and kept already.
    """
    with door.begin() as connection:
        county = counties.chosen(connection, asked.county)
        run = _run(connection, county, asked)
    latest = asked.quarter in (None, Quarter.of(asked.today))
    gains = worth.worth(door, county.slug, progress=progress)["rows"] if latest else ()
    with door.begin() as connection:
        measured = reachable.measure(connection, county, run["as_of"], progress=progress)
        if latest:
            reachable.keep(connection, county, measured)
        told = {"county": county.slug, "areas": len(measured.documents), "quarter": None, "ljcs": 0}
        if GROUPS not in measured.areas:
            return told
        progress("Keeping the quarter", 0, None)
        records = quarters.records(connection, county.id, run["id"], run["as_of"])
        seen = Seen(
            run["as_of"],
            records,
            measured.areas,
            measured.venues(),
            helpers(records, measured.areas[GROUPS], asked.secret),
            gains,
            measured.documents,
        )
        pages = ljcpages.documents(seen)
        quarters.save(
            connection,
            county.id,
            run["as_of"],
            pages,
            illustrative=county.illustrative,
            drawn_on=run["as_of"],
        )
        if county.illustrative:
            _make_up(connection, county, seen, measured)
        quarter = str(Quarter.of(run["as_of"]))
        return told | {"quarter": quarter, "as_of": run["as_of"].isoformat(), "ljcs": len(pages)}


def helpers(records: Records, groups: Areas, secret: bytes) -> dict[str, int | None]:
    """By LJC how many people offer to help there, as a member may be told: in fives, None for too few."""
    living: dict[str, list[str]] = defaultdict(list)
    for row in records.offers:
        code = groups.located["resource"].get(row["ref"])
        if row["kind"] in PEOPLE and code is not None:
            living[code].append(row["ref"])
    everywhere = {row["code"]: living[row["code"]] for row in groups.rows}
    return {code: told.value for code, told in careful(everywhere, Audience.MEMBER, secret).items()}


def _run(connection: sa.Connection, county: County, asked: Asked) -> sa.RowMapping:
    """The matching that a quarter is kept from."""
    run = quarters.newest_run(connection, county.id, asked.quarter)
    if run is None:
        when = f" in {asked.quarter}" if asked.quarter else " yet"
        raise UnavailableError(f"nothing was matched in {county.name}{when}; type: geomatch match")
    quarter = Quarter.of(run["as_of"])
    kept = any(each.quarter == quarter for each in quarters.every(connection, county.id))
    if kept and quarter.last < asked.today:
        raise InputError(f"{quarter} is over and kept as it was; expected a quarter that is not kept yet")
    return run


def _make_up(connection: sa.Connection, county: County, seen: Seen, measured: reachable.Measured) -> None:
    """Earlier quarters and targets of a sample county, where it has none."""
    there = {each.quarter for each in quarters.every(connection, county.id)}
    oldest: Mapping[str, Any] = {}
    for before in earlier.quarters(seen, measured):
        pages = ljcpages.documents(before)
        oldest = oldest or pages
        if Quarter.of(before.day) not in there:
            quarters.save(connection, county.id, before.day, pages, illustrative=True, drawn_on=seen.day)
    if not quarters.any_target(connection, county.id):
        quarters.add_targets(connection, county.id, _targets(oldest, seen.day), DESK)


def _targets(pages: Mapping[str, Any], day: date) -> list[Target]:
    """Two aims for every LJC to look at."""
    due = Quarter.of(day).before(-2).last
    made = []
    for code, page in pages.items():
        figures = page["figures"]
        for indicator, more, owner in (("share_matched", 10, "The chair"), ("small_groups", 5, "The clerk")):
            now = figures[indicator]
            if now is None:
                continue
            baseline = round(100 * now, 0) if indicator.startswith("share") else float(now)
            goal = min(100.0, baseline + more) if indicator.startswith("share") else baseline + more
            if goal != baseline:
                made.append(Target(code, indicator, baseline, goal, due, owner, illustrative=True))
    return made
