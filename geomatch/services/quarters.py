"""A quarter kept: what every area reaches and what every LJC's page says, from the newest matching."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from geomatch.db import counties, quarters
from geomatch.db.counties import County
from geomatch.db.quarters import GROUPS, Near, Target
from geomatch.errors import InputError, UnavailableError
from geomatch.privacy import Audience
from geomatch.progress import Progress, silent
from geomatch.services import earlier, helpers, ljcpages, reachable, worth
from geomatch.services.covering import Areas
from geomatch.services.ljcpages import Seen
from geomatch.times import Quarter

DESK = "geomatch"
"""Who made what nobody in particular made."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which county (``None``: the only one) and quarter (``None``: that of the newest matching).

    ``secret`` keeps the rounding of counts of people from being repeated by others; without it none is told.
    """

    county: str | None
    secret: bytes | None
    today: date
    quarter: Quarter | None = None


def keep(door: sa.Engine, asked: Asked, *, progress: Progress = silent) -> dict[str, Any]:
    """Keep a quarter as its newest matching left it; gives quarter, as_of and how many LJCs and points.

    A sample county gets earlier quarters besides, made up from its own data. Raises UnavailableError when
    nothing was matched in the quarter, InputError when it is over and kept already.
    """
    with door.begin() as connection:
        county = counties.chosen(connection, asked.county)
        run = _run(connection, county, asked)
    latest = asked.quarter in (None, Quarter.of(asked.today))
    gains = _gains(door, county, progress) if latest else None
    with door.begin() as connection:
        measured = reachable.measure(connection, county, run["as_of"], progress=progress)
        if latest:
            reachable.keep(connection, county, measured)
        told: dict[str, Any] = {
            "county": county.slug,
            "points": len(measured.near),
            "quarter": None,
            "ljcs": 0,
        }
        if GROUPS not in measured.areas:
            return told
        progress("Keeping the quarter", 0, None)
        records = quarters.records(connection, county.id, run["id"], run["as_of"])
        seen = Seen(
            run["as_of"],
            records,
            measured.areas,
            measured.venues(),
            _helpers(connection, county.id, measured.areas[GROUPS], run["as_of"], asked.secret),
            gains,
            _reach(measured),
        )
        told["ljcs"] = _save(connection, county, seen, measured)
        return told | {"quarter": str(Quarter.of(seen.day)), "as_of": seen.day.isoformat()}


def _save(connection: sa.Connection, county: County, seen: Seen, measured: reachable.Measured) -> int:
    """Keep every LJC's page; for a sample county also earlier quarters and targets, where it has none."""
    moments = [*earlier.quarters(seen, measured), seen] if county.illustrative else [seen]
    made = [(each, ljcpages.documents(each)) for each in moments]
    if county.illustrative and not quarters.any_target(connection, county.id):
        quarters.add_targets(connection, county.id, _targets(made[0][1], made[-1][1], seen.day), DESK)
    there = {each.quarter for each in quarters.every(connection, county.id)}
    for each, pages in made:
        quarter = Quarter.of(each.day)
        if each is not seen and quarter in there:
            continue
        for code in pages:
            pages[code] |= quarters.own_words(connection, county.id, code, quarter)
        quarters.save(
            connection, county.id, each.day, pages, illustrative=county.illustrative, drawn_on=seen.day
        )
    return len(made[-1][1])


def _reach(measured: reachable.Measured) -> dict[str, dict[str, Any]]:
    """By LJC, the shares of its residents and needs within reach."""
    inside = measured.areas[GROUPS].located
    by_code: dict[str, list[Near]] = defaultdict(list)
    for each in measured.near:
        if code := inside[each.what].get(each.code):
            by_code[code].append(each)
    return {code: reachable.shares(near) for code, near in by_code.items()}


def _gains(door: sa.Engine, county: County, progress: Progress) -> Sequence[Mapping[str, Any]] | None:
    """Where one more would help, None where the problem of the newest matching was not kept."""
    try:
        rows: Sequence[Mapping[str, Any]] = worth.worth(door, county.slug, progress=progress)["rows"]
    except UnavailableError:
        return None
    return rows


def _helpers(
    connection: sa.Connection, county_id: int, groups: Areas, day: date, secret: bytes | None
) -> dict[str, int | None]:
    """By LJC how many people offer to help there, as a member may be told: in fives, None for too few."""
    if secret is None:
        return {}
    told = helpers.told(connection, county_id, day, Audience.MEMBER, secret)
    return {row["code"]: told.of(GROUPS, row["code"], day).value for row in groups.rows}


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


def _targets(then: Mapping[str, Any], now: Mapping[str, Any], day: date) -> list[Target]:
    """Two aims for every LJC to look at: from where it was to a little beyond where it is."""
    due = Quarter.of(day).before(-2).last
    made = []
    for code in now:
        share, small = (
            [each[code]["figures"][name] for each in (then, now) if code in each]
            for name in ("share_matched", "small_groups")
        )
        if None not in share:
            goal = min(100.0, round(100 * max(share) + 2))
            made.append(_aim(code, "share_matched", round(100 * share[0]), goal, due, "The chair"))
        made.append(_aim(code, "small_groups", small[0], max(small) + 3, due, "The clerk"))
    return [each for each in made if each.baseline != each.target]


def _aim(code: str, indicator: str, baseline: float, goal: float, due: date, owner: str) -> Target:
    return Target(code, indicator, float(baseline), float(goal), due, owner, illustrative=True)
