"""Pages of areas: every one of a kind with totals, and the story of one, as boundaries stood on any day.

Their addresses are among those of ``public``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import flask

from geomatch.db import areapages, pages, quarters, reach
from geomatch.errors import UnknownPlaceError
from geomatch.services import reachable
from webmap import filters, helping, here, security
from webmap.errors import with_ways_on
from webmap.pictures import ON
from webmap.public import blueprint

_SHOWN = 12
"""Entries of a list before it points to the whole list."""
_EVERYTHING = 1_000_000
WHATS = ("people", "need", "resource", "organisation")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which kind of area on which day; ``past`` is the day where one was asked for, for links."""

    kind: str
    day: date
    past: date | None

    @property
    def linked(self) -> str | None:
        """The day as links carry it."""
        return self.past.isoformat() if self.past else None


@blueprint.get("/areas/<kind>")
def areas(kind: str) -> flask.Response:
    """Every area of a kind on a day with what lies in it, what lies in none, and the county's totals."""
    asked = _asked(kind)
    rows = pages_on(asked)
    if not rows:
        told = f"no {kind} is known on {asked.day} in this county"
        raise with_ways_on(
            UnknownPlaceError(told), [("As they stand today", flask.url_for("public.areas", kind=kind))]
        )
    totals = here.remembered("area totals", lambda: _totals(asked), kind, asked.day)
    people = helping.told()
    shown = here.page("areas.html", asked=asked, kind=kind, people=people, rows=rows, totals=totals)
    return security.public(flask.make_response(shown))


@blueprint.get("/areas/<kind>/<code>")
def area(kind: str, code: str) -> flask.Response:
    """Who is there, what is needed, offered and reached, and who serves whom from where."""
    asked = _asked(kind)
    everything = filters.one_of(flask.request.args, "show", ("all",)) is not None
    told = here.remembered("area page", lambda: _told(asked, code), kind, code, asked.day)
    shown = here.page(
        "area.html",
        asked=asked,
        minutes_told=reachable.MINUTES,
        most=_EVERYTHING if everything else _SHOWN,
        **told,
    )
    return security.public(flask.make_response(shown))


def pages_on(asked: Asked) -> Sequence[Mapping[str, Any]]:
    """code, name and vintage of the areas of a kind on a day."""
    connection, county = here.connection(), here.county().id
    return here.remembered(
        "areas on",
        lambda: sorted(
            (
                {name: row[name] for name in ("code", "name", "vintage")}
                for row in reach.areas(connection, county, asked.kind, asked.day)
            ),
            key=lambda row: (row["name"], row["code"]),
        ),
        asked.kind,
        asked.day,
    )


def _asked(kind: str) -> Asked:
    if kind not in pages.AREA_KINDS:
        ways = [
            (f"All of the kind {each}", flask.url_for("public.areas", kind=each)) for each in pages.AREA_KINDS
        ]
        told = f"no kind of area {kind[:60]!r}; there are {', '.join(pages.AREA_KINDS)}"
        raise with_ways_on(UnknownPlaceError(told), ways)
    past = ON.read(flask.request.args)
    return Asked(kind, past or here.today(), past)


def _inside(asked: Asked) -> dict[str, dict[str, list[str]]]:
    """By code and what, the ids that lie there."""

    def sort() -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {what: [] for what in WHATS})
        for what, codes in here.located(asked.kind, asked.day).items():
            for ref, code in codes.items():
                found[code][what].append(ref)
        return dict(found)

    return here.remembered("inside", sort, asked.kind, asked.day)


def _totals(asked: Asked) -> dict[str | None, dict[str, int]]:
    """By code, None for what lies in no area of the kind and ``county`` for all: residents and counts."""
    found: dict[str | None, dict[str, int]] = defaultdict(lambda: dict.fromkeys((*WHATS, "unmatched"), 0))
    located = here.located(asked.kind, asked.day)
    for row in areapages.tally(here.connection(), here.county().id):
        for code in (located[row["what"]].get(row["id"]), "county"):
            found[code][row["what"]] += row["number"]
            found[code]["unmatched"] += row["unmatched"]
    return dict(found)


def _told(asked: Asked, code: str) -> dict[str, Any]:
    """Everything that the page of one area says."""
    connection, county = here.connection(), here.county().id
    found = _area(asked, code)
    refs = _inside(asked).get(code, {what: [] for what in WHATS})
    offers = areapages.offers(connection, county, refs["resource"], asked.day)
    day, near = quarters.near(connection, county, refs["people"], refs["need"])
    return {
        "area": found,
        "aspirations": areapages.aspirations(connection, county, refs["need"], asked.day),
        "counted_on": day,
        "groups": areapages.groups(connection, county, refs["organisation"]),
        "needs": areapages.needs(connection, county, refs["need"], asked.day, _SHOWN),
        "offers": [row for row in offers if row["fresh"] is not False],
        "people": helping.told().of(asked.kind, code, asked.day),
        "periods": areapages.periods(connection, county, asked.kind, code),
        "reached": reachable.shares(near) if near else None,
        "related": areapages.related(connection, found["id"], asked.day),
        "residents": sum(each.residents or 0 for each in near if each.what == "people") if near else None,
        "served": areapages.served(connection, county, refs["need"], refs["resource"], asked.day),
        "stale": sum(row["fresh"] is False for row in offers),
    }


def _area(asked: Asked, code: str) -> areapages.Row:
    connection, county = here.connection(), here.county().id
    try:
        return areapages.area(connection, county, asked.kind, code, asked.day)
    except UnknownPlaceError as unknown:
        known = areapages.periods(connection, county, asked.kind, code)
        ways = [
            (
                f"{row['name']} as it was {_words(row)}",
                flask.url_for(
                    "public.area",
                    kind=asked.kind,
                    code=code,
                    on=row["last"] and (row["first"] or row["last"]),
                ),
            )
            for row in known
        ]
        listed = flask.url_for("public.areas", kind=asked.kind, on=asked.linked)
        raise with_ways_on(unknown, [*ways, ("All there are", listed)]) from None


def _words(period: areapages.Row) -> str:
    first, last = period["first"], period["last"]
    if last is None:
        return f"from {first}" if first else "always"
    return f"from {first} to {last}" if first else f"until {last}"
