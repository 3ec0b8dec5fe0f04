"""An area that a person drew lies about their home: the desk sees that there is one, and none of its corners.

Whoever drew it sees it in their own form. What the desk types in its place replaces it; the same words, or
nothing else said, leave it as it is.
"""

from collections.abc import Sequence
from dataclasses import replace

from geomatch.db.persons import PEOPLE_KINDS
from geomatch.services.intake import Cells
from webmap.desk.intake_forms import Typed

WORDS = "the area they drew"


def veiled(typed: Typed, stands: Sequence[Cells]) -> Typed:
    """A form filled from what stands, with words in place of an area that a person drew."""
    return replace(typed, values={**typed.values, "catchment": WORDS}) if _drew(stands) else typed


def unveiled(cells: Sequence[dict[str, str]], stands: Sequence[Cells]) -> None:
    """Put the area back into cells that were typed with the words for it."""
    if _drew(stands) and cells[0].get("catchment") == WORDS:
        cells[0]["catchment"] = stands[0]["catchment"]


def _drew(stands: Sequence[Cells]) -> bool:
    return (
        bool(stands) and stands[0].get("kind") in PEOPLE_KINDS and "POLYGON" in stands[0].get("catchment", "")
    )
