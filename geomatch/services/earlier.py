"""Earlier quarters of the sample county, made from its own data to have something to compare with.

They are illustrative and say so: the further back, the fewer offers there were; what they would have served
was left over; what they did serve has been met since.
"""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from geomatch.services.ljcpages import Seen
from geomatch.services.reachable import Measured
from geomatch.times import Quarter

BACK = 5
"""Quarters made up: those a year before this quarter and before the last."""
NOT_YET = "not-yet"
"""The reason on record of a need whose offer was not there yet."""
_OFFERS_FEWER, _GROUPS_FEWER, _NEEDS_MISSING = 0.025, 0.012, 0.1
_DAYS = 91
_STORIES = 4


def quarters(seen: Seen, measured: Measured) -> Iterator[Seen]:
    """What there was to be seen at the end of each earlier quarter, the earliest first."""
    now = Quarter.of(seen.day)
    for back in range(BACK, 0, -1):
        yield _earlier(seen, measured, now.before(back), back)


def _earlier(seen: Seen, measured: Measured, quarter: Quarter, back: int) -> Seen:
    found = seen.records
    gone = {row["ref"] for row in found.offers if _chance("offer", row["ref"]) < _OFFERS_FEWER * back}
    kept = [
        _need(row, gone, back) for row in found.needs if _chance(str(quarter), row["ref"]) >= _NEEDS_MISSING
    ]
    groups = [row for row in found.groups if _chance("group", row["ref"]) >= _GROUPS_FEWER * back]
    offers = [row for row in found.offers if row["ref"] not in gone]
    there = (
        np.array([row["ref"] not in gone for row in measured.headline.resources], dtype=bool)
        if measured.headline is not None
        else None
    )
    records = replace(found, needs=kept, offers=offers, groups=groups, done=_stories(seen, kept, quarter))
    return replace(
        seen,
        day=quarter.last,
        records=records,
        reached=measured.venues(there),
        gains=None,
        reach={},
        people={},
    )


def _chance(what: str, ref: str) -> float:
    """A number in [0, 1) that is always the same for the same record."""
    return zlib.crc32(f"{what} {ref}".encode()) / 2**32


def _need(row: Any, gone: set[str], back: int) -> dict[str, Any]:
    """A need as it stood: met where all who help were there, left over where one was not."""
    told = dict(row) | {"asked": row["asked"] and row["asked"] - timedelta(days=_DAYS * back)}
    if not row["helpers"]:
        return told
    if any(each["ref"] in gone for each in row["helpers"]):
        return told | {"helpers": [], "reason": NOT_YET, "detail": {}}
    return told | {"status": "met"}


def _stories(seen: Seen, needs: list[dict[str, Any]], quarter: Quarter) -> Any:
    """A few of the needs met, for each LJC, spread over the quarter."""
    inside = seen.areas["ljc"].located["need"]
    told: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(needs, key=lambda each: _chance(f"story {quarter}", each["ref"])):
        mine = told.setdefault(inside.get(row["ref"], ""), [])
        if row["status"] != "met" or len(mine) >= _STORIES:
            continue
        things = [each["name"] for each in row["helpers"] if each["kind"] not in ("volunteer", "skill")]
        mine.append(
            {
                "ref": row["ref"],
                "title": row["title"],
                "organisation": row["organisation"],
                "happened": quarter.first + timedelta(days=int(85 * _chance("day", row["ref"]))),
                "things": sorted(set(things)),
                "people": len(things) < len(row["helpers"]),
            }
        )
    return sorted(
        (row for rows in told.values() for row in rows), key=lambda row: (row["happened"], row["ref"])
    )
