"""How far what the pages and the API show can be believed today, by the county's own periods."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from geomatch import confidence
from geomatch.confidence import Confidence
from geomatch.db import pages
from geomatch.matching.rules import Rules
from webmap import here
from webmap.parameters import Schema

FIGURE: Schema = {
    "type": ["number", "null"],
    "minimum": 0,
    "maximum": 1,
    "description": "How far it can be believed today: 1 when it was confirmed, falling evenly to 0 when its "
    "time is over; null where nobody has said anything.",
}


Row = pages.Row | Mapping[str, Any]


def offer(row: Row) -> Confidence:
    """Of a resource with its ``kind`` and the day ``confirmed_until`` which somebody's word is good."""
    return confidence.of(row["confirmed_until"], _rules().stale(row["kind"]), here.today())


def need(row: Row) -> Confidence:
    """Of a need ``stated_on`` a day: as long as any word is good, and no longer than until it ``closes``."""
    today, days = here.today(), _rules().stale_days
    if row["closes"] and row["closes"] < today:
        return confidence.of(row["closes"], days, today)
    stated = row["stated_on"]
    return confidence.of(stated and stated + timedelta(days=days), days, today)


def _rules() -> Rules:
    return Rules.of(here.county().settings.get("matching", {}))
