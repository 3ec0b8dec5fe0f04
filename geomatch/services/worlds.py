"""From rows of the database to the columns that the hard tests look at."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import numpy as np
import scipy.sparse as sp
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch.availability import clock, free
from geomatch.db import calendars
from geomatch.db.runs import Material
from geomatch.matching.world import ANYWHERE, INSIDE, MINUTES, NO, Asked, Resources, Roles, Times, World
from geomatch.model import FEATURES, FeatureType, Mode, Travels

MOST_MINUTES: dict[Mode, float] = {Mode.CAR: 30.0, Mode.CYCLE: 30.0, Mode.FOOT: 25.0}
"""How far is too far where neither need nor role says: usual limits of volunteer drivers and walkers."""

CODES = {name: code for code, name in enumerate(FEATURES)}
_CATCHMENT = {"anywhere": ANYWHERE, "minutes": MINUTES, "polygon": INSIDE, "parishes": INSIDE}


@dataclass(frozen=True, slots=True)
class Codes:
    """Numbers for words, given in order of first use over sorted words, so the same for the same material."""

    of: dict[str, int]

    @classmethod
    def over(cls, words: Iterable[str]) -> "Codes":
        """A number for each different word."""
        return cls({word: code for code, word in enumerate(sorted(set(words)))})


def world(material: Material, minutes: sp.csr_array, day: date) -> World:
    """The columns of a matching. ``minutes`` is (n_needs, n_resources), from whoever travels."""
    place = {need["id"]: row for row, need in enumerate(material.needs)}
    rows = [role for role in material.roles if role["need_id"] in place]
    need_of_role = np.array([place[role["need_id"]] for role in rows], dtype=np.int64)
    words = _words(material, rows)
    return World(
        day=day.toordinal(),
        roles=_roles(material, rows, need_of_role, words),
        resources=_resources(material.resources, words),
        times=_times(material, day),
        minutes=minutes[need_of_role] if len(rows) else sp.csr_array((0, len(material.resources))),
        inside=_inside(material, place)[need_of_role]
        if len(rows)
        else sp.csr_array((0, len(material.resources))),
        journey=np.array([each["travels"] != Travels.NOBODY for each in material.resources], dtype=bool),
    )


def limit(need: sa.RowMapping) -> float:
    """The furthest a need looks, in minutes."""
    return float(need["max_minutes"] or MOST_MINUTES[Mode(need["mode"])])


def _words(material: Material, rows: Sequence[sa.RowMapping]) -> Codes:
    kinds = {each["kind"] for each in (*rows, *material.resources)}
    subkinds = {each["subkind"] for each in (*rows, *material.resources)}
    substitutes = {word for role in rows for word in role["substitutes"]}
    texts = {
        feature["text"]
        for each in (*rows, *material.resources)
        for feature in each["features"]
        if feature["text"] is not None
    }
    return Codes.over(kinds | subkinds | substitutes | texts)


def _roles(material: Material, rows: Sequence[sa.RowMapping], need: NDArray[np.int64], words: Codes) -> Roles:
    limits = [limit(each) for each in material.needs]
    nearer = [min(limits[at], role["max_minutes"] or np.inf) for at, role in zip(need, rows, strict=True)]
    return Roles(
        need=need,
        kind=_coded((role["kind"] for role in rows), words),
        subkind=np.array(
            [words.of[role["subkind"]] if role["subkind"] else -1 for role in rows], dtype=np.int64
        ),
        substitutes=tuple(tuple(words.of[word] for word in role["substitutes"]) for role in rows),
        max_minutes=np.array(nearer, dtype=np.float64),
        features=tuple(tuple(_asked(feature, words) for feature in role["features"]) for role in rows),
    )


def _coded(texts: Iterable[str], words: Codes) -> NDArray[np.int64]:
    return np.array([words.of[text] for text in texts], dtype=np.int64)


def _asked(feature: dict[str, Any], words: Codes) -> Asked:
    return CODES[feature["name"]], _value(feature, words), feature["type"] == FeatureType.TEXT


def _value(feature: dict[str, Any], words: Codes) -> float:
    """A number as it is; yes 1, no 0, unknown nan; a text's code."""
    match feature["type"]:
        case FeatureType.NUMBER:
            return float(feature["number"])
        case FeatureType.TEXT:
            return float(words.of[feature["text"]])
        case _:
            return {"yes": 1.0, "no": 0.0}.get(feature["truth"], float("nan"))


def _resources(rows: Sequence[sa.RowMapping], words: Codes) -> Resources:
    feature = np.full((len(rows), len(FEATURES)), np.nan)
    until = np.full((len(rows), len(FEATURES)), NO, dtype=np.int64)
    for at, row in enumerate(rows):
        for stated in row["features"]:
            feature[at, CODES[stated["name"]]] = _value(stated, words)
            if stated["until"]:
                until[at, CODES[stated["name"]]] = date.fromisoformat(stated["until"]).toordinal()
    verified = [row["verified_until"].toordinal() if row["verified_until"] else NO for row in rows]
    return Resources(
        kind=_coded((row["kind"] for row in rows), words),
        subkind=_coded((row["subkind"] for row in rows), words),
        max_minutes=np.array([row["max_minutes"] or np.inf for row in rows], dtype=np.float64),
        verified_until=np.array(verified, dtype=np.int64),
        feature=feature,
        feature_until=until,
        catchment=np.array([_CATCHMENT[row["catchment_kind"]] for row in rows], dtype=np.int64),
        catchment_minutes=np.array([row["catchment_minutes"] or np.inf for row in rows], dtype=np.float64),
    )


def _times(material: Material, day: date) -> Times:
    windows = [
        (at, clock.minute(window.lower), clock.minute(window.upper))
        for at, need in enumerate(material.needs)
        for window in need["windows"]
    ]
    free, known = _free(material, day, max((ends for _, _, ends in windows), default=0))
    window_columns = np.array(windows, dtype=np.int64).reshape(-1, 3).T
    free_columns = np.array(free, dtype=np.int64).reshape(-1, 3).T
    return Times(
        window_need=window_columns[0],
        window_starts=window_columns[1],
        window_ends=window_columns[2],
        free_resource=free_columns[0],
        free_starts=free_columns[1],
        free_ends=free_columns[2],
        known=np.array(known, dtype=bool),
    )


def _free(material: Material, day: date, last_minute: int) -> tuple[list[tuple[int, int, int]], list[bool]]:
    """Free intervals (resource row, starts, ends) until the last minute asked for; whose hours are known."""
    horizon = (clock.minute(datetime.combine(day, time())), last_minute)
    if last_minute <= horizon[0]:
        return [], [False] * len(material.resources)
    hours = calendars.hours(material.resources, material.openings, material.seasons)
    holds: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for row in material.bookings:
        holds[row["resource_id"]].append((row["begins"], row["ends"], row["quantity"]))
    found, known = [], []
    for at, row in enumerate(material.resources):
        intervals = free.free(hours[row["id"]], holds[row["id"]], horizon)
        known.append(intervals is not None)
        found += [(at, starts, ends) for starts, ends in intervals or ()]
    return found, known


def _inside(material: Material, place: dict[int, int]) -> sp.csr_array:
    resource = {row["id"]: at for at, row in enumerate(material.resources)}
    pairs = [
        (place[row["need_id"]], resource[row["resource_id"]])
        for row in material.inside
        if row["need_id"] in place and row["resource_id"] in resource
    ]
    at = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    shape = (len(material.needs), len(material.resources))
    return sp.csr_array((np.ones(len(at), dtype=bool), (at[:, 0], at[:, 1])), shape=shape)
