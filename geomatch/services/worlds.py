"""From rows of the database to the columns that the hard tests look at."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import scipy.sparse as sp
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch.db.runs import Material
from geomatch.matching.rules import Rules
from geomatch.matching.world import (
    ANYWHERE,
    INSIDE,
    MINUTES,
    NO,
    OWN_PLACE,
    Asked,
    Legs,
    Resources,
    Roles,
    World,
)
from geomatch.model import FEATURES, PEOPLE, FeatureType, ResourceKind, Travels, Truth
from geomatch.safeguarding import LEVELS, Check, Contact, Level, With, good_until, required
from geomatch.services import freetime
from geomatch.services.journeys import Trips
from geomatch.services.limits import limit

CODES = {name: code for code, name in enumerate(FEATURES)}
_CATCHMENT = {"anywhere": ANYWHERE, "minutes": MINUTES, "polygon": INSIDE, "parishes": INSIDE}
_NIGHT = (2, 6)
"""Hours of the clock between which work counts as overnight."""
Numbers = NDArray[np.int64]
Rows = Sequence[sa.RowMapping]


@dataclass(frozen=True, slots=True)
class Codes:
    """Numbers for words, given in order of first use over sorted words, so the same for the same material."""

    of: dict[str, int]

    @classmethod
    def over(cls, words: Iterable[str]) -> "Codes":
        """A number for each different word."""
        return cls({word: code for code, word in enumerate(sorted(set(words)))})


def world(material: Material, trips: tuple[Trips, Trips], day: date, rules: Rules, *, days: int = 0) -> World:
    """The columns of a matching. ``trips`` are those to needs, and those between resources.

    Free time is told until the last window asked for, and for so many ``days`` at least.
    """
    place = {need["id"]: row for row, need in enumerate(material.needs)}
    rows = [role for role in material.roles if role["need_id"] in place]
    need_of_role = np.array([place[role["need_id"]] for role in rows], dtype=np.int64)
    words = words_of(material)
    to_needs, between = trips
    size = len(material.resources)
    by_need = _pairs(material.inside, "need_id", place, material, (len(material.needs), size))
    return World(
        day=day.toordinal(),
        roles=_roles(material, rows, need_of_role, words),
        resources=_resources(material, words, rules),
        times=freetime.times(material, day, days=days),
        legs=Legs(*(_of_roles(each, need_of_role) for each in (to_needs.minutes, to_needs.way, by_need))),
        between=Legs(between.minutes, between.way, inside_places(material)),
        substitute_penalty=rules.substitute_minutes,
    )


def inside_places(material: Material) -> sp.csr_array:
    """Booleans by resource (rows): in whose catchment (columns) it lies."""
    number = {row["id"]: at for at, row in enumerate(material.resources)}
    shape = (len(number), len(number))
    return _pairs(material.inside_places, "place_id", number, material, shape)


def goes_to(material: Material) -> Numbers:
    """For each role the row of the role whose choice it goes to, or ``OWN_PLACE``, in order of the roles.

    Whoever carries a thing goes to the thing; helpers and things go to the hall. Only where the need is all
    or nothing and asks for one of it exactly: otherwise nobody can say that there is one, or which, and
    they go to the need's own place.
    """
    whole = {need["id"] for need in material.needs if need["all_or_nothing"]}
    present = {need["id"] for need in material.needs}
    rows = [role for role in material.roles if role["need_id"] in present]
    found = np.full(len(rows), OWN_PLACE, dtype=np.int64)
    of_need = defaultdict(list)
    for at, role in enumerate(rows):
        of_need[role["need_id"]].append(at)
    for need, mine in of_need.items():
        halls = [at for at in mine if rows[at]["kind"] == ResourceKind.VENUE]
        sure = {at for at in mine if rows[at]["quantity"] == 1 == rows[at]["minimum"] and need in whole}
        hall = halls[0] if len(halls) == 1 and halls[0] in sure else OWN_PLACE
        named = {rows[at]["role"]: at for at in sure}
        for at in mine:
            if rows[at]["kind"] in (*PEOPLE, ResourceKind.EQUIPMENT):
                found[at] = named.get(rows[at]["carries"], hall)
    return found


def _of_roles(matrix: sp.csr_array, need_of_role: Numbers) -> sp.csr_array:
    return matrix[need_of_role] if len(need_of_role) else sp.csr_array((0, matrix.shape[1]))


def words_of(material: Material) -> Codes:
    """Codes of kinds, subkinds and texts, over the needs and resources at hand."""
    present = {need["id"] for need in material.needs}
    rows = [role for role in material.roles if role["need_id"] in present]
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


def _roles(material: Material, rows: Rows, need: Numbers, words: Codes) -> Roles:
    limits = [limit(each) for each in material.needs]
    nearer = [min(limits[at], role["max_minutes"] or np.inf) for at, role in zip(need, rows, strict=True)]
    levels = [_called_for(role, material.needs[at]) for role, at in zip(rows, need, strict=True)]
    return Roles(
        need=need,
        kind=_coded((role["kind"] for role in rows), words),
        subkind=np.array(
            [words.of[role["subkind"]] if role["subkind"] else -1 for role in rows], dtype=np.int64
        ),
        substitutes=tuple(tuple(words.of[word] for word in role["substitutes"]) for role in rows),
        max_minutes=np.array(nearer, dtype=np.float64),
        features=tuple(tuple(_asked(feature, words) for feature in role["features"]) for role in rows),
        check=np.array([LEVELS.index(level) for level in levels], dtype=np.int64),
        goes_to=goes_to(material),
    )


def _called_for(role: sa.RowMapping, need: sa.RowMapping) -> Level:
    """The DBS level a role calls for; whether it is overnight, its windows say where the need has any."""
    contact = Contact(
        With(role["contact"]),
        role["contact_days"],
        *(Truth(role[name]) for name in ("overnight", "personal_care", "supervised")),
    )
    if need["windows"]:
        night = any(_at_night(window) for window in need["windows"])
        if night or contact.overnight is Truth.UNKNOWN:
            contact = replace(contact, overnight=Truth.YES if night else Truth.NO)
    return required(contact, Level(role["dbs_level"]))


def _at_night(window: Any) -> bool:
    """Whether any of it lies between two and six in the morning, Europe/London wall time."""
    first, last = _NIGHT
    starts, ends = window.lower, window.upper
    two = starts.replace(hour=first, minute=0, second=0, microsecond=0)
    if starts >= two.replace(hour=last):
        two += timedelta(days=1)
    return bool(two < ends)


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


def _resources(material: Material, words: Codes, rules: Rules) -> Resources:
    rows = material.resources
    feature, until = _features(rows, words)
    checks = [_held(row["check"], rules) for row in rows]
    asked = {row["resource_id"]: row["asks"] for row in material.asks}
    return Resources(
        kind=_coded((row["kind"] for row in rows), words),
        subkind=_coded((row["subkind"] for row in rows), words),
        max_minutes=np.array([row["max_minutes"] or np.inf for row in rows], dtype=np.float64),
        verified_until=np.array([_vouched(row, rules) for row in rows], dtype=np.int64),
        feature=feature,
        feature_until=until,
        catchment=np.array([_CATCHMENT[row["catchment_kind"]] for row in rows], dtype=np.int64),
        catchment_minutes=np.array([row["catchment_minutes"] or np.inf for row in rows], dtype=np.float64),
        check=np.array([level for level, _ in checks], dtype=np.int64),
        check_until=np.array([day for _, day in checks], dtype=np.int64),
        penalty=np.array([rules.penalty(asked.get(row["id"], 0)) for row in rows], dtype=np.float64),
        journey=_truths(row["travels"] != Travels.NOBODY for row in rows),
        moves=_truths(row["travels"] in (Travels.RESOURCE, Travels.CARRIED) for row in rows),
        place=_truths(
            row["travels"] == Travels.CARRIED
            or (row["kind"] == ResourceKind.VENUE and row["travels"] == Travels.BENEFICIARY)
            for row in rows
        ),
    )


def _truths(values: Iterable[bool]) -> NDArray[np.bool_]:
    return np.array(list(values), dtype=bool)


def _features(rows: Rows, words: Codes) -> tuple[NDArray[np.float64], Numbers]:
    feature = np.full((len(rows), len(FEATURES)), np.nan)
    until = np.full((len(rows), len(FEATURES)), NO, dtype=np.int64)
    for at, row in enumerate(rows):
        for stated in row["features"]:
            feature[at, CODES[stated["name"]]] = _value(stated, words)
            if stated["until"]:
                until[at, CODES[stated["name"]]] = date.fromisoformat(stated["until"]).toordinal()
    return feature, until


def _held(check: dict[str, Any] | None, rules: Rules) -> tuple[int, int]:
    """A check's level, as its place in the order of levels, and the last day on which it is good."""
    if check is None:
        return 0, 0
    issued, until = (check[name] and date.fromisoformat(check[name]) for name in ("issued", "until"))
    level = Level(check["level"])
    good = good_until(Check(level, check["seen_by"], issued, until=until), years=rules.check_years)
    return LEVELS.index(level), 0 if good is None else good.toordinal()


def _vouched(row: sa.RowMapping, rules: Rules) -> int:
    """The last day on which somebody vouches for a resource: as stated, or some time after its import."""
    if row["verified_until"]:
        return int(row["verified_until"].toordinal())
    return int(row["stated_on"].toordinal()) + rules.stale(row["kind"]) if row["stated_on"] else NO


def _pairs(
    found: Rows, name: str, number: dict[int, int], material: Material, shape: tuple[int, int]
) -> sp.csr_array:
    """A boolean matrix of the pairs that a query gave."""
    resource = {row["id"]: at for at, row in enumerate(material.resources)}
    pairs = [
        (number[row[name]], resource[row["resource_id"]])
        for row in found
        if row[name] in number and row["resource_id"] in resource
    ]
    at = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return sp.csr_array((np.ones(len(at), dtype=bool), (at[:, 0], at[:, 1])), shape=shape)
