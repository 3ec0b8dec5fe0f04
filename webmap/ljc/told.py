"""An LJC's page of a quarter, with every figure in words: what the page, its PDF and its files all show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from geomatch.times import Quarter
from webmap import why, words

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that is followed from quarter to quarter. ``unit`` is ``percent`` or ``count``."""

    label: str
    unit: str


INDICATORS = {
    "share_matched": Indicator("Needs matched", "percent"),
    "unmatched": Indicator("Needs not matched", "count"),
    "needs": Indicator("Needs asked", "count"),
    "offers": Indicator("Things and places offered", "count"),
    "share_in_date": Indicator("Offers confirmed and in date", "percent"),
    "small_groups": Indicator("Small groups at home here", "count"),
    "share_near": Indicator("Residents within 20 minutes’ walk of a venue", "percent"),
    "share_near_step_free": Indicator("… of a venue known to be step-free", "percent"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """One LJC in one quarter; ``before`` and ``year`` are its figures a quarter and a year earlier."""

    document: dict[str, Any]
    quarter: Quarter
    as_of: date
    illustrative: bool
    over: bool
    before: Row | None
    year: Row | None

    @property
    def when(self) -> str:
        """The quarter in words."""
        return quarter_words(self.quarter)

    @property
    def title(self) -> str:
        """How the page is called."""
        return f"{self.document['name']}, {self.when}"

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Every indicator now, a quarter ago and a year ago, with the change in words."""
        return [
            {
                "key": key,
                "label": each.label,
                "now": shown(self.document["figures"][key], each.unit),
                "before": shown((self.before or {}).get(key), each.unit),
                "since": change(self.document["figures"][key], (self.before or {}).get(key), each.unit),
                "year": shown((self.year or {}).get(key), each.unit),
                "since_year": change(self.document["figures"][key], (self.year or {}).get(key), each.unit),
            }
            for key, each in INDICATORS.items()
        ]

    @property
    def targets(self) -> list[dict[str, Any]]:
        """Every target with where it stands."""
        return [progress(each, self.document["figures"], self.as_of) for each in self.document["targets"]]

    @property
    def unmet(self) -> list[dict[str, Any]]:
        """Needs left over, each with the reason in words."""
        return [
            dict(row)
            | {
                "kind": words.kind(" ".join(row["kinds"])) if row["kinds"] else "",
                "why": why.why_short(row["reason"], row["detail"]),
                "more": why.eliminated(row["detail"]) if row["reason"] == "no-candidate" else "",
                "asked": date.fromisoformat(row["asked"]) if row["asked"] else None,
            }
            for row in self.document["unmet"]
        ]

    @property
    def gains(self) -> list[str]:
        """Where one more would help, in sentences, the most first."""
        return [
            f"One more {_one(row['kind'])} in {row['name']} would serve "
            f"{words.plural(row['needs'], 'more need', 'more needs')}."
            for row in self.document["gains"] or ()
        ]

    @property
    def stories(self) -> list[str]:
        """What was met, told by members and then from the record, in sentences."""
        own = [
            f"{words.day(date.fromisoformat(row['on']))}: {row['words']}" for row in self.document["stories"]
        ]
        return [*own, *map(_met, self.document["met"])]


def shown(value: float | None, unit: str) -> str:
    """A figure as one reads it; ``not known`` for none."""
    if value is None:
        return "not known"
    return f"{100 * value:.1f}%" if unit == "percent" else f"{value:,.0f}"


def change(now: float | None, then: float | None, unit: str) -> str:
    """``up 2.4 points``, ``down 3``, ``no change``; nothing where either is not known."""
    if now is None or then is None:
        return ""
    by = round(100 * (now - then), 1) if unit == "percent" else round(now - then)
    if not by:
        return "no change"
    told = f"{abs(by):.1f} points" if unit == "percent" else f"{abs(by):,.0f}"
    return f"{'up' if by > 0 else 'down'} {told}"


def progress(target: Row, figures: Row, day: date) -> dict[str, Any]:
    """A target with its figure now, the share of the way gone, and that in words."""
    indicator = INDICATORS[target["indicator"]]
    raw, percent = figures[target["indicator"]], indicator.unit == "percent"
    now = None if raw is None else round(100 * raw, 1) if percent else float(raw)
    due, told = date.fromisoformat(target["due"]), "not known"
    way = None
    if now is not None:
        way = min(1.0, max(0.0, (now - target["baseline"]) / (target["target"] - target["baseline"])))
        told = "reached" if way >= 1 else f"{way:.0%} of the way" if way > 0 else "not begun"
        if way < 1 and due < day:
            told = f"overdue, {told}"
    unit = "%" if percent else ""
    return dict(target) | {
        "label": indicator.label,
        "now": "not known" if now is None else f"{now:g}{unit}",
        "from": f"{target['baseline']:g}{unit}",
        "to": f"{target['target']:g}{unit}",
        "due_words": words.day(due),
        "way": way,
        "told": told,
    }


def quarter_words(quarter: Quarter) -> str:
    """``July to September 2026``."""
    return f"{quarter.first:%B} to {quarter.last:%B} {quarter.year}"


def percent(share: float | None) -> str:
    """A share in a table: ``14%``, or a dash where there is nothing to share."""
    return "–" if share is None else f"{share:.0%}"


def number(count: float | None) -> str:
    """A count in a table, or a dash where it is not known."""
    return "–" if count is None else f"{count:,}"


def _one(kind: str) -> str:
    return {"equipment": "piece of equipment", "fund": "fund", "information": "source of information"}.get(
        kind, kind
    )


def _met(row: Row) -> str:
    helped: Sequence[str] = [*row["things"], *(["people who volunteered"] if row["people"] else [])]
    asked = f" for {row['group']}" if row["group"] else ""
    by = f", with {words.listed(list(helped))}" if helped else ""
    return f"{words.day(date.fromisoformat(row['on']))}: {row['title']}{asked}{by}."
