"""Records of one file that may be the same thing twice, under different ids."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from geomatch.importers import tables
from geomatch.importers.report import Reading
from geomatch.model import Need, Organisation, Resource, ResourceKind

NEAR_METRES = 1000
_NOT_LETTERS = re.compile(r"[\W_]+")

Record = Organisation | Resource | Need


def twins(records: Iterable[Record]) -> dict[str, str]:
    """By id the id of an earlier record with the same name, of the same kind, and not known to be elsewhere.

    Of volunteers and needs nothing is said: their names are alike, and they are many.
    """
    named: dict[tuple[str, str], list[Organisation | Resource]] = defaultdict(list)
    found = {}
    for each in records:
        if isinstance(each, Need) or getattr(each, "kind", "") == ResourceKind.VOLUNTEER:
            continue
        alike = named[str(getattr(each, "kind", "")), _NOT_LETTERS.sub("", each.name.casefold())]
        earlier = next((one for one in alike if _near(one, each)), None)
        if earlier is not None:
            found[each.id] = earlier.id
        alike.append(each)
    return found


def lines(path: Path) -> Mapping[str, int]:
    """By id the first line of a spreadsheet on which it stands."""
    found: dict[str, int] = {}
    for row in tables.rows(path, Reading(path.name), check=lambda *_: None):
        found.setdefault(row.text("id"), row.line)
    return found


def _near(one: Organisation | Resource, other: Organisation | Resource) -> bool:
    if one.point is None or other.point is None:
        return one.postcode == other.postcode or not (one.postcode and other.postcode)
    return math.dist(one.point, other.point) <= NEAR_METRES
