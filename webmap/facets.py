"""How much each choice would leave, and what was chosen, each to be taken back by itself."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from geomatch.db.pages import Row, Rows
from geomatch.locate import Match
from geomatch.model import PEOPLE
from webmap import words
from webmap.filters import SHOW, Filters

_OFFERED = {
    "venue": ("venue", "venues"),
    "equipment": ("piece of equipment", "pieces of equipment"),
    "volunteer": ("volunteer", "volunteers"),
    "skill": ("skill", "skills"),
    "fund": ("source of funding", "sources of funding"),
    "information": ("source of information", "sources of information"),
}


@dataclass(frozen=True, slots=True)
class Facets:
    """Entries by what is shown, under the kind chosen; and by kind, under what is shown."""

    show: Mapping[str, int]
    kinds: Mapping[str | None, int]


def facets(rows: Rows, asked: Filters) -> Facets:
    """Counts for every choice of ``show`` and ``kind``; kind None is any."""
    show, kinds = Counter[str](), Counter[str | None]()
    for row in rows:
        shown_by = [each for each in SHOW if _shows(each, row)]
        if row["kind"] == asked.kind:
            show.update(dict.fromkeys(shown_by, row["items"]))
        if asked.show in shown_by:
            kinds[row["kind"]] += row["items"]
    return Facets(show, kinds)


def _shows(show: str, row: Row) -> bool:
    if row["thing"] == "aspiration":
        return show == "aspirations"
    if row["thing"] != "need":
        return show in ("all", "offers")
    return show in ("all", "needs") or show == row["state"]


def reach(rows: Rows, asked: Filters) -> str:
    """What lies within reach, of one kind or of all: ``12 venues and 9 needs (2 not matched yet)``.

    Of people only that there are some: how many would be a figure of an area that fits no other.
    """
    offers, needs, unmatched = Counter[str](), 0, 0
    for row in rows:
        if row["thing"] != "need" and row["kind"] and asked.kind in (None, row["kind"]):
            offers[row["kind"]] += row["items"]
        elif row["thing"] == "need" and row["kind"] == asked.kind:
            needs += row["items"]
            unmatched += row["items"] if row["state"] in ("unmatched", "waiting") else 0
    told = [
        _OFFERED[kind][1] if kind in PEOPLE else words.plural(offers[kind], *_OFFERED[kind])
        for kind in _OFFERED
        if offers[kind]
    ]
    if needs:
        told.append(words.plural(needs, "need") + (f" ({unmatched:,} not matched yet)" if unmatched else ""))
    return words.listed(told) if told else "nothing"


def chips(asked: Filters, spot: Match | None, within: str | None) -> list[tuple[str, dict[str, str | int]]]:
    """What was chosen beyond what goes without saying: in words, and the address without it."""
    found: list[tuple[str, dict[str, str | int]]] = []
    first = asked.address(page=1)
    if asked.show != "all":
        found.append((words.SHOW[asked.show], asked.address(show="all", page=1)))
    if asked.kind:
        found.append((words.kind(asked.kind, 2).capitalize(), asked.address(kind=None, page=1)))
    if within:
        found.append((f"Only in {within}", asked.address(within=None, page=1)))
    if spot and asked.minutes:
        told = f"Within {asked.minutes} minutes {words.MODES[str(asked.mode)]}"
        less = {name: value for name, value in first.items() if name not in ("minutes", "mode", "at")}
        found.append((told, less))
    if spot:
        kept = asked.address(place=None, spot=None, minutes=None, view=None, page=1)
        found.append((f"Near {spot.label}", kept))
    return found
