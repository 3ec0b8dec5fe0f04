"""Areas coloured by a share, in five classes whose bounds never move, so that maps of other days compare.

Colours are ColorBrewer's (Cynthia Brewer and Mark Harrower, Apache 2.0): Purples and GnBu, five classes,
safe for colour-blind readers. What has no share has a pattern and its own words.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from geomatch.db.pages import Rows
from geomatch.model import ResourceKind
from geomatch.services.covering import Asked
from webmap import coverage_api, here, words
from webmap.filters import Filters

FEWEST_NEEDS = 5
"""A share of fewer needs than these would say more of chance than of the area."""

USUAL_MINUTES = 20
HATCH, BLANK = "hatch", "blank"
_PURPLES = ("#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f")
_GNBU = ("#f0f9e8", "#bae4bc", "#7bccc4", "#43a2ca", "#0868ac")
_UNMET_BREAKS, _COVERAGE_BREAKS = (0.05, 0.1, 0.2, 0.35), (0.2, 0.4, 0.6, 0.8)
_FEW, _NONE = 5, 6


@dataclass(frozen=True, slots=True)
class Shade:
    """One class of the legend: its words, its colour or pattern, and how many areas are in it."""

    words: str
    colour: str
    areas: int


@dataclass(frozen=True, slots=True)
class Shading:
    """What areas are coloured by: the legend, and of each area by code its class and its share in words."""

    title: str
    column: str
    legend: tuple[Shade, ...]
    of: Mapping[str, int]
    told: Mapping[str, str]

    def shown(self) -> tuple[Shade, ...]:
        """The five classes, and the others where some area is in them."""
        return tuple(each for number, each in enumerate(self.legend) if number < _FEW or each.areas)

    def colour(self, code: str) -> str:
        """The colour of one area, or the name of its pattern."""
        return self.legend[self.of[code]].colour if code in self.of else BLANK


def shading(asked: Filters, by: str, counted: Rows) -> Shading | None:
    """The shading asked for, or None; ``counted`` are the areas with their needs."""
    if asked.colour == "unmet":
        return _unmet(asked, by, counted)
    return _coverage(asked, by) if asked.colour == "coverage" else None


def _unmet(asked: Filters, by: str, counted: Rows) -> Shading:
    """The share of needs that the matching left over."""
    of, told = {}, {}
    for row in counted:
        code, needs = row["code"], int(row["needs"])
        share = int(row["unmatched"]) / needs if needs else 0.0
        if not needs:
            of[code], told[code] = _NONE, "nothing asked for"
        elif needs < FEWEST_NEEDS:
            of[code], told[code] = _FEW, f"fewer than {FEWEST_NEEDS} needs"
        else:
            of[code], told[code] = bisect_right(_UNMET_BREAKS, share), f"{share:.0%}"
    what = f" for {words.kind(asked.kind)}" if asked.kind else ""
    return Shading(
        f"Needs{what} not matched yet, of all in each {words.AREAS[by][0]}",
        "Share not matched",
        _legend(
            of,
            _UNMET_BREAKS,
            _PURPLES,
            f"fewer than {FEWEST_NEEDS} needs: share withheld",
            "nothing asked for",
        ),
        of,
        told,
    )


def _coverage(asked: Filters, by: str) -> Shading:
    """The share of residents within reach of something of the kind."""
    kind = ResourceKind(asked.kind or ResourceKind.VENUE)
    minutes = asked.minutes or USUAL_MINUTES
    today = datetime.now(ZoneInfo("Europe/London")).date()
    question = Asked(here.county().slug, by, kind, float(minutes), today, asked.mode)
    of, told = {}, {}
    for row in coverage_api.covered(question)["rows"]:
        share = row["share_residents"]
        if share is None:
            withheld = bool(row.get("residents"))
            of[row["code"]] = _FEW if withheld else _NONE
            told[row["code"]] = "withheld" if withheld else "no data"
        else:
            of[row["code"]], told[row["code"]] = bisect_right(_COVERAGE_BREAKS, share), f"{share:.0%}"
    return Shading(
        f"Residents within {minutes} minutes {words.MODES[str(asked.mode)]} of {words.kind(kind)}",
        f"Residents within {minutes} minutes",
        _legend(of, _COVERAGE_BREAKS, _GNBU, "withheld: too few residents", "no data"),
        of,
        told,
    )


def _legend(
    of: Mapping[str, int], breaks: Sequence[float], colours: Sequence[str], few: str, none: str
) -> tuple[Shade, ...]:
    counts, edges = Counter(of.values()), [f"{each:.0%}" for each in breaks]
    spans = [f"under {edges[0]}", *(f"{low} to {high}" for low, high in pairwise(edges))]
    told = [*spans, f"{edges[-1]} or more", few, none]
    return tuple(
        Shade(span, colour, counts[number])
        for number, (span, colour) in enumerate(zip(told, [*colours, HATCH, BLANK], strict=True))
    )


def document(found: Shading) -> dict[str, Any]:
    """For the live map: the colours in order, and the class of each area by code."""
    return {"colours": [each.colour for each in found.legend], "areas": found.of, "told": found.told}
