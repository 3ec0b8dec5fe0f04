"""Two records of the same thing side by side: what each says, and which of it is to stay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import shapely
import sqlalchemy as sa

from geomatch.db import records
from geomatch.db.merging import Kept
from geomatch.errors import InputError
from geomatch.importers import organisations, resources
from geomatch.model import Organisation, Resource, ResourceKind, Truth

FEATURE = "feature-"
"""Before the name of a feature among the fields."""


class Side(StrEnum):
    """Whose word stays: the record's that keeps its address, the other's, or both."""

    KEPT = "kept"
    GONE = "gone"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that both records may say, as text, empty where one says nothing; ``usual`` is proposed."""

    name: str
    kept: str
    gone: str
    usual: Side
    both: bool = False

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return self.kept != self.gone

    @property
    def sides(self) -> tuple[Side, ...]:
        """What may be chosen."""
        return (Side.KEPT, Side.GONE, *((Side.BOTH,) if self.both else ()))


_RESOURCE: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "subkind": ("subkind",),
    "description": ("description",),
    "organisation_id": ("organisation",),
    "place": ("postcode", "easting", "northing"),
    "quantity": ("quantity",),
    "openings": ("openings", "from"),
    "verified_until": ("verified_until",),
    "travels": ("travels",),
    "mode": ("mode",),
    "max_minutes": ("max_minutes",),
    "catchment": ("catchment",),
    "set_up_minutes": ("set_up_minutes",),
    "turn_round_minutes": ("turn_round_minutes",),
    "checks": ("dbs_level", "dbs_issued", "dbs_seen", "dbs_seen_by", "dbs_until"),
}
_ORGANISATION: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "description": ("description",),
    "sector": ("sector",),
    "small": ("small",),
    "themes": ("themes",),
    "place": ("postcode", "easting", "northing"),
    "email": ("email",),
    "telephone": ("telephone",),
    "url": ("url",),
}
"""Which cells of the template each field is made of."""

_LISTED = ("openings", "themes")
_PARTS = ("openings", "checks", "contacts")
_UNKNOWN = ("", str(Truth.UNKNOWN), "anywhere")


def fields(connection: sa.Connection, county: int, kept: Kept, gone: Kept) -> list[Field]:
    """Every field of two locked records, in the order in which a broker reads them."""
    mine, theirs = (_cells(connection, county, each) for each in (kept, gone))
    columns = _RESOURCE if kept.what == "resource" else _ORGANISATION
    found = [_field(name, _told(mine, names), _told(theirs, names)) for name, names in columns.items()]
    if kept.kind == ResourceKind.VOLUNTEER:
        homes = [_field("place", _home(kept), _home(gone))]
        found = [homes[0] if each.name == "place" else each for each in found]
    until, others = (str(each.record.get("withdrawn_on") or "") for each in (kept, gone))
    if until or others:
        found.append(Field("withdrawn_on", until, others, Side.GONE if until else Side.KEPT))
    found.append(_field("contacts", *(_reached(each) for each in (kept, gone))))
    return [*found, *_features(kept, gone)]


def chosen(found: Iterable[Field], given: Mapping[str, str]) -> dict[str, Side]:
    """Whose word stays, by field: what was given, else what is usual. Raises InputError for another side."""
    taken = {}
    found = list(found)
    strange = sorted(given.keys() - {each.name for each in found})
    if strange:
        raise InputError(
            f"neither record says {strange[0][:60]!r}; expected {', '.join(each.name for each in found)}"
        )
    for each in found:
        text = given.get(each.name) or each.usual
        if text not in each.sides:
            raise InputError(f"{each.name}: {text[:60]!r} given; expected one of {', '.join(each.sides)}")
        taken[each.name] = Side(text) if each.differs else Side.KEPT
    return taken


def columns(taken: Mapping[str, Side]) -> set[str]:
    """Columns of the record itself that are to be the other's."""
    return {name for name, side in taken.items() if side is Side.GONE and not name.startswith(FEATURE)}


def parts(kept: Kept, gone: Kept, taken: Mapping[str, Side]) -> dict[str, list[dict[str, Any]]]:
    """Features, openings, check and contact as they will stand."""
    found = {name: _chosen_part(name, kept, gone, taken.get(name, Side.KEPT)) for name in _PARTS}
    return found | {"features": _chosen_features(kept, gone, taken)}


def _chosen_part(name: str, kept: Kept, gone: Kept, side: Side) -> list[dict[str, Any]]:
    return {
        Side.KEPT: kept.parts[name],
        Side.GONE: gone.parts[name],
        Side.BOTH: [*kept.parts[name], *gone.parts[name]],
    }[side]


def _chosen_features(kept: Kept, gone: Kept, taken: Mapping[str, Side]) -> list[dict[str, Any]]:
    mine, theirs = ({row["name"]: row for row in each.parts["features"]} for each in (kept, gone))
    return [
        theirs[name]
        if name not in mine or (taken.get(FEATURE + name) is Side.GONE and name in theirs)
        else mine[name]
        for name in sorted(mine | theirs)
    ]


def _field(name: str, kept: str, gone: str) -> Field:
    blank = kept in _UNKNOWN and gone not in _UNKNOWN
    both = name in _LISTED and bool(kept) and bool(gone) and kept != gone
    later = name == "verified_until" and gone > kept
    usual = Side.GONE if blank or later else Side.BOTH if both else Side.KEPT
    return Field(name, kept, gone, usual, both)


def _features(kept: Kept, gone: Kept) -> list[Field]:
    mine, theirs = ({row["name"]: _value(row) for row in each.parts["features"]} for each in (kept, gone))
    return [
        _field(FEATURE + name, mine.get(name, ""), theirs.get(name, "")) for name in sorted(mine | theirs)
    ]


def _value(row: Mapping[str, Any]) -> str:
    value = next(row[name] for name in ("truth", "number", "text") if row[name] is not None)
    told = f"{value:g}" if isinstance(value, float | int) else str(value)
    return f"{told} until {row['until']}" if row["until"] else told


def _cells(connection: sa.Connection, county: int, one: Kept) -> Mapping[str, str]:
    if one.what == "organisation":
        group = records.organisation(connection, county, one.ref)
        assert isinstance(group, Organisation)  # noqa: S101 - it is locked
        return organisations.as_cells(group)
    offer = records.resource(connection, county, one.ref)
    assert isinstance(offer, Resource)  # noqa: S101 - it is locked
    group = records.organisation(connection, county, offer.organisation) if offer.organisation else None
    return _offer_cells(offer) | {"organisation": group.name if group else ""}


def _offer_cells(offer: Resource) -> dict[str, str]:
    try:
        return resources.as_cells(offer)
    except InputError:  # rules that the template has no words for
        bare = resources.as_cells(replace(offer, openings=()))
        return bare | {"openings": "; ".join(f"{each.first} {each.rrule or ''}" for each in offer.openings)}


def _told(cells: Mapping[str, str], names: tuple[str, ...]) -> str:
    return ", ".join(str(cells[name]) for name in names if cells.get(name))


def _home(one: Kept) -> str:
    """The public square of a home: two of them may differ, and neither is shown more closely."""
    if not one.at_home and not one.record["geom"]:
        return ""
    point = shapely.from_wkb(one.record["geom"]) if one.record["geom"] else None
    return "a home" + (f" in the square of {point.x:.0f}, {point.y:.0f}" if point else " not yet found")


def _reached(one: Kept) -> str:
    return ", ".join(
        str(row[name])
        for row in one.parts["contacts"]
        for name in ("name", "telephone", "email")
        if row[name]
    )
