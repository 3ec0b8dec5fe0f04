"""Areas coloured by a share, in five classes whose bounds never move, so that maps of other days compare.

Colours are ColorBrewer's (Cynthia Brewer and Mark Harrower, Apache 2.0): Purples and GnBu, five classes,
safe for colour-blind readers. What has no share has a pattern and its own words.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from geomatch.db.pages import Rows
from geomatch.model import Mode, ResourceKind
from geomatch.services import reachable
from geomatch.services.reachable import Within
from webmap import here, words
from webmap.filters import Filters

FEWEST_NEEDS = 5
"""A share of fewer needs than these would say more of chance than of the area."""

USUAL_MINUTES = 20
_MOST_KEPT = max(reachable.MINUTES)
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
    """What areas are coloured by: the legend, and of each area by code its class and its share in words.

    ``counted`` is false where nothing is known of any area yet.
    """

    title: str
    column: str
    legend: tuple[Shade, ...]
    of: Mapping[str, int]
    told: Mapping[str, str]
    counted: bool = True

    def shown(self) -> tuple[Shade, ...]:
        """The five classes where anything is counted, and the others where some area is in them."""
        return tuple(
            each for number, each in enumerate(self.legend) if each.areas or (number < _FEW and self.counted)
        )

    def colour(self, code: str) -> str:
        """The colour of one area, or the name of its pattern."""
        return self.legend[self.of[code]].colour if code in self.of else BLANK


def shading(asked: Filters, by: str, counted: Rows) -> Shading | None:
    """The shading asked for, or None; ``counted`` are the areas with their needs."""
    if asked.colour == "unmet":
        return _unmet(asked, by, counted)
    return _coverage(asked, by, counted) if asked.colour == "coverage" else None


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


def _coverage(asked: Filters, by: str, counted: Rows) -> Shading:
    """The share of residents within reach of something of the kind, as kept with the newest matching."""
    kind = ResourceKind(asked.kind or ResourceKind.VENUE)
    minutes = min(asked.minutes or USUAL_MINUTES, _MOST_KEPT)
    kept = here.remembered(
        "within reach", lambda: _kept(by, (kind, asked.mode, minutes)), by, kind, asked.mode, minutes
    )
    shares = kept.shares if kept else {}
    of = {row["code"]: _NONE for row in counted}
    of |= {code: bisect_right(_COVERAGE_BREAKS, share) for code, share in shares.items() if code in of}
    told = dict.fromkeys(of, "no data" if kept else "not counted yet")
    told |= {code: f"{share:.0%}" for code, share in shares.items() if code in of}
    what = f"Residents within {minutes} minutes {words.MODES[str(asked.mode)]} of {words.kind(kind)}"
    return Shading(
        _dated(what, kept, asked),
        f"Residents within {minutes} minutes",
        _legend(of, _COVERAGE_BREAKS, _GNBU, "", "no data" if kept else "not counted yet"),
        of,
        told,
        counted=kept is not None,
    )


def _kept(by: str, way: tuple[ResourceKind, Mode, float]) -> Within | None:
    inside = here.located(by, here.today())["people"]
    return reachable.residents_within(here.connection(), here.county().id, way, inside)


def _dated(what: str, kept: Within | None, asked: Filters) -> str:
    if kept is None:
        return f"{what}: not counted yet; this comes with the next matching"
    most = f"; no more than {_MOST_KEPT} are counted" if (asked.minutes or 0) > _MOST_KEPT else ""
    return f"{what}, counted on {words.day(kept.counted_on)}{most}"


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
