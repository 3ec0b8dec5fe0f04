"""What is owed to those whose data is shown: the words that their licences ask for, once each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Owed:
    """A statement, and where its licence is to be read."""

    words: str
    link: str = ""


_OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_LICENCES = {
    "OGL-UK-3.0": Owed(
        "Contains public sector information licensed under the Open Government Licence v3.0.", _OGL
    ),
    "ODbL-1.0": Owed(
        "Contains information from OpenStreetMap, made available under the Open Database Licence (ODbL) 1.0. "
        "© OpenStreetMap contributors.",
        "https://www.openstreetmap.org/copyright",
    ),
}
"""By what a county's file calls the licence."""
_CROWN = "© Crown copyright and database right"
_PUBLISHERS = {
    "Ordnance Survey": f"Contains OS data {_CROWN}",
    "Office for National Statistics": f"Contains National Statistics data {_CROWN}",
    "Royal Mail": "Contains Royal Mail data © Royal Mail copyright and database right",
}
"""Who asks for words of their own under that licence; the year of the data follows."""


def statements(imports: Sequence[Mapping[str, Any]] | Sequence[sa.RowMapping]) -> list[Owed]:
    """What is owed for these imports, in a fixed order."""
    licences = " ".join(row["licence"] or "" for row in imports)
    found = [told for name, told in _LICENCES.items() if name in licences]
    for publisher, words in _PUBLISHERS.items():
        years = sorted({_year(row) for row in imports if publisher in (row["publisher"] or "")} - {""})
        if any(publisher in (row["publisher"] or "") for row in imports):
            found.append(Owed(f"{words} {', '.join(years)}".rstrip() + "."))
    return found


def _year(row: Mapping[str, Any] | sa.RowMapping) -> str:
    return str(row["vintage"].year) if row["vintage"] else ""
