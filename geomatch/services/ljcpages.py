"""What the page of one LJC says of a quarter, as one document: figures, wards, parishes, unmet needs, gains.

Every record lies in one LJC at most, so the LJCs and what lies in none add up to the county.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from geomatch.db.quarters import GROUPS, Records
from geomatch.model import PEOPLE
from geomatch.services.covering import Areas
from geomatch.times import Quarter

Row = Mapping[str, Any]

FORMAT = "geomatch-ljc/1"
MOST_GAINS = 3
"""Parishes told of for each kind of which one more would help."""
_DETAIL = ("eliminated", "demand", "capacity", "quota", "role")
"""What is kept of the reason for an unmatched need, beside how many others it vied with."""

ASSUMED = (
    "A parish goes with its LJC; one shared between LJCs is divided along its wards: residents by the point "
    "of their output area, needs and offers by their own point. So every record counts once.",
    "Matched counts needs with a match in the latest matching and needs that were met since.",
    "Offers are things and places; people who help are counted apart, in fives, and not below five.",
    "In date: somebody vouches for the offer on that day. Others are not counted; the share is of all.",
    "Residents near a venue: at most 20 minutes on foot from one that is free and not known to have steps.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """All that pages are made from.

    ``reached`` is by residents' point: how many, whether a venue is near, and whether a step-free one.
    ``people`` tells, by LJC, how many help there, as far as it may be told; ``gains`` are rows of
    ``worth.worth`` in its order, None where nobody worked them out.
    """

    day: date
    records: Records
    areas: Mapping[str, Areas]
    reached: Mapping[str, tuple[int, bool, bool]]
    people: Mapping[str, int | None]
    gains: Sequence[Row] | None = None
    reach: Mapping[str, Row] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Records of one area or part of one, and the residents' points in it."""

    needs: list[Row] = field(default_factory=list)
    aspirations: list[Row] = field(default_factory=list)
    offers: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    points: list[tuple[int, bool, bool]] = field(default_factory=list)


def documents(seen: Seen) -> dict[str, dict[str, Any]]:
    """By code, the page of every LJC of the day."""
    names = {kind: {row["code"]: row["name"] for row in areas.rows} for kind, areas in seen.areas.items()}
    whole, wards, parishes = (_sorted(seen, by) for by in (None, "division", "parish"))
    parts: dict[str, list[Row]] = defaultdict(list)
    for part in seen.records.parts:
        parts[part["code"]].append(part)
    return {
        code: {
            "format": FORMAT,
            "code": code,
            "name": name,
            "quarter": str(Quarter.of(seen.day)),
            "as_of": seen.day.isoformat(),
            "figures": figures(whole[code, None]) | {"helpers": seen.people.get(code)},
            "wards": _rows(code, wards, names["division"]) if "division" in names else [],
            "parishes": _parishes(code, parts[code], parishes, names),
            "unmet": _unmet(seen, whole[code, None].needs, names["parish"]),
            "aspirations": [
                {"ref": row["ref"], "title": row["title"]} for row in whole[code, None].aspirations
            ],
            "gains": _gains(seen.gains, {part["parish"] for part in parts[code]}),
            "met": _met(seen, code),
            "served": _served(seen, code, whole[code, None].needs),
            "reach": dict(seen.reach.get(code, {})),
            "assumed": list(ASSUMED),
        }
        for code, name in names[GROUPS].items()
    }


def figures(held: _Held) -> dict[str, Any]:
    """Counts and shares of some records. A share is None where there is nothing to share."""
    unmatched = sum(need["reason"] is not None and need["status"] != "met" for need in held.needs)
    matched = sum(need["status"] == "met" or bool(need["helpers"]) for need in held.needs)
    vouched = sum(offer["fresh"] is not False for offer in held.offers)
    residents = sum(point[0] for point in held.points)
    near, easy = (sum(point[0] for point in held.points if point[at]) for at in (1, 2))
    return {
        "residents": residents if held.points else None,
        "needs": len(held.needs),
        "matched": matched,
        "unmatched": unmatched,
        "share_matched": _share(matched, matched + unmatched),
        "offers": vouched,
        "share_in_date": _share(vouched, len(held.offers)),
        "groups": len(held.groups),
        "small_groups": sum(group["small"] == "yes" for group in held.groups),
        "residents_near": near if held.points else None,
        "share_near": _share(near, residents),
        "share_near_step_free": _share(easy, residents),
    }


def _share(part: float, of: float) -> float | None:
    return round(part / of, 6) if of else None


def _sorted(seen: Seen, by: str | None) -> dict[tuple[str, str | None], _Held]:
    """Records by LJC, and by the area of another kind within it."""
    held: dict[tuple[str, str | None], _Held] = defaultdict(_Held)
    inside = seen.areas[GROUPS].located
    other = seen.areas[by].located if by and by in seen.areas else None

    def place(what: str, ref: str) -> _Held | None:
        code = inside[what].get(ref)
        return None if code is None else held[code, other[what].get(ref) if other else None]

    for row in seen.records.needs:
        if found := place("need", row["ref"]):
            (found.aspirations if row["aspiration"] else found.needs).append(row)
    for row in seen.records.offers:
        if row["kind"] not in PEOPLE and (found := place("resource", row["ref"])):
            found.offers.append(row)
    for row in seen.records.groups:
        if found := place("organisation", row["ref"]):
            found.groups.append(row)
    for code, point in seen.reached.items():
        if found := place("people", code):
            found.points.append(point)
    return held


def _rows(
    code: str, held: Mapping[tuple[str, str | None], _Held], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Figures of each area of another kind within an LJC, by name; what lies in none comes last."""
    found = [
        {"code": part, "name": names.get(part or "", "in no ward")} | figures(records)
        for (group, part), records in held.items()
        if group == code
    ]
    return sorted(found, key=lambda row: (row["code"] is None, row["name"], row["code"] or ""))


def _parishes(
    code: str,
    parts: Sequence[Row],
    held: Mapping[tuple[str, str | None], _Held],
    names: Mapping[str, Mapping[str, str]],
) -> list[dict[str, Any]]:
    """Every parish of an LJC, with nothing in it or much, those with most unmet needs first."""
    wards = names.get("division", {})
    rows = [
        {
            "code": part["parish"],
            "name": names["parish"].get(part["parish"], part["parish"]),
            "wards": [wards[ward] for ward in part["wards"] or () if ward in wards],
        }
        | figures(held.get((code, part["parish"]), _Held()))
        for part in parts
    ]
    return sorted(rows, key=lambda row: (-row["unmatched"], row["name"], row["code"]))


def _unmet(seen: Seen, needs: Sequence[Row], parishes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Needs left over, those asked longest ago first, each with the reason on record."""
    located = seen.areas["parish"].located["need"] if "parish" in seen.areas else {}
    left = [need for need in needs if need["reason"] is not None and need["status"] != "met"]
    return [
        {
            "ref": need["ref"],
            "title": need["title"],
            "kinds": list(need["kinds"]),
            "parish": parishes.get(located.get(need["ref"], "")),
            "asked": need["asked"].isoformat() if need["asked"] else None,
            "reason": need["reason"],
            "detail": _detail(need["detail"] or {}),
        }
        for need in sorted(left, key=lambda row: (row["asked"] or date.max, row["ref"]))
    ]


def _detail(detail: Row) -> dict[str, Any]:
    kept = {name: detail[name] for name in _DETAIL if name in detail}
    return kept | ({"needs": list(detail["needs"])} if "needs" in detail else {})


def _gains(gains: Sequence[Row] | None, parishes: set[str]) -> list[dict[str, Any]] | None:
    """For each kind the parishes where one more would serve the most needs, wherever those needs are."""
    if gains is None:
        return None
    found: list[dict[str, Any]] = []
    count: dict[str, int] = defaultdict(int)
    for row in gains:
        if row["code"] in parishes and row["needs"] > 0 and count[row["kind"]] < MOST_GAINS:
            count[row["kind"]] += 1
            found.append({name: row[name] for name in ("kind", "code", "name", "needs")})
    return sorted(found, key=lambda row: (-row["needs"], row["kind"], row["name"]))


def _met(seen: Seen, code: str) -> list[dict[str, Any]]:
    """What was met in the quarter. People who helped are not named."""
    inside = seen.areas[GROUPS].located["need"]
    return [
        {
            "ref": row["ref"],
            "title": row["title"],
            "group": row["organisation"],
            "on": row["happened"].isoformat(),
            "things": list(row["things"] or ()),
            "people": row["people"],
        }
        for row in seen.records.done
        if inside.get(row["ref"]) == code
    ]


def _served(seen: Seen, code: str, needs: Sequence[Row]) -> dict[str, Any]:
    """How many needs are served, how many by somebody from outside the LJC, and the mean minutes."""
    inside = seen.areas[GROUPS].located["resource"]
    served = [need for need in needs if need["helpers"]]
    outside = [
        need
        for need in served
        if any(inside.get(each["ref"]) not in (None, code) for each in need["helpers"])
    ]
    minutes = [each["minutes"] for need in served for each in need["helpers"]]
    return {
        "needs": len(served),
        "from_outside": len(outside),
        "mean_minutes": round(sum(minutes) / len(minutes), 1) if minutes else None,
    }
