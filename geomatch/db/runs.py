"""Matching runs: what is to be matched, people where all see them, and every run kept with its reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db import copy, merging, query
from geomatch.db.tables import match, matching_run, need, resource, run_problem, unmatched
from geomatch.model import Window

Rows = Sequence[sa.RowMapping]
NOTHING_TOLD: Mapping[int, float] = MappingProxyType({})
NO_LADDERS: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({})


EVERYTHING: Mapping[str, None] = MappingProxyType(dict.fromkeys(("ref", "kinds", "subkinds", "places")))
"""Nothing that would narrow the queries ``match_*.sql``: neither one need, nor kinds, nor places."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a matching of one county looks at, as rows of the queries ``match_*.sql``."""

    needs: Rows
    roles: Rows
    resources: Rows
    openings: Rows
    bookings: Rows
    seasons: Rows
    inside: Rows
    inside_places: Rows
    areas: Rows
    asks: Rows

    def of(self, needs: Rows) -> "Material":
        """The same for some of the needs only."""
        return replace(self, needs=needs)


def material(connection: sa.Connection, county_id: int, day: date, *, ask_days: int) -> Material:
    """What is open and offered in a county on a day; people are at their masks.

    ``ask_days`` is for how many days, before and after, an ask is remembered.
    """
    names = (
        "needs",
        "roles",
        "resources",
        "openings",
        "bookings",
        "seasons",
        "inside",
        "inside_places",
        "areas",
    )
    found = {
        name: query.rows(connection, f"match_{name}", county=county_id, day=day, **EVERYTHING)
        for name in names
    }
    asks = query.rows(connection, "match_asks", county=county_id, day=day, days=ask_days)
    return Material(**found, asks=asks)


def material_of(connection: sa.Connection, county_id: int, day: date, ref: str, *, ask_days: int) -> Material:
    """The same for one need (by its own id): itself, its roles, and resources of the kinds they ask for.

    Areas that people drew are the parishes they touch, for whoever asks may ask from many places. What other
    resources lie inside of (``inside_places``) and areas are left out; see ``inside_places``.
    """
    asked: dict[str, Any] = {**EVERYTHING, "county": county_id, "day": day, "ref": ref}
    roles = query.rows(connection, "match_roles", **asked)
    asked |= _kinds_of(roles)
    seen = {"inside": "inside_seen"}
    names = ("needs", "resources", "openings", "bookings", "seasons", "inside")
    found = {name: query.rows(connection, f"match_{seen.get(name, name)}", **asked) for name in names}
    asks = query.rows(connection, "match_asks", county=county_id, day=day, days=ask_days)
    return Material(**found, roles=roles, inside_places=(), areas=(), asks=asks)


def inside_places(connection: sa.Connection, county_id: int, place: int) -> Rows:
    """Rows (place_id, resource_id): in whose catchment one hall or thing lies, as everybody may know."""
    return query.rows(connection, "match_inside_places_seen", county=county_id, places=[place])


def _kinds_of(roles: Rows) -> dict[str, list[str] | None]:
    """The kinds that roles ask for, and the subkinds where none of them would take any."""
    named = {word for role in roles for word in (role["subkind"], *role["substitutes"])}
    kinds = sorted({role["kind"] for role in roles})
    return {"kinds": kinds, "subkinds": None if "" in named else sorted(named)}


def save(
    connection: sa.Connection,
    county_id: int,
    solution: Mapping[str, Any],
    *,
    day: date,
    windows: Mapping[tuple[str, str | None], Window],
    told: Mapping[int, float] = NOTHING_TOLD,
    ladders: Mapping[str, Sequence[Mapping[str, Any]]] = NO_LADDERS,
) -> int:
    """Keep a solution document as the county's newest run; gives the run's id.

    ``windows`` tells by (need, slot) the window in which the need was matched; ``told`` by an assignment's
    place in the document the minutes that anybody may hear of it, where those are others than its own;
    ``ladders`` by need what would help, as it may be told.
    """
    receipt = solution["receipt"]
    made = matching_run.insert().values(
        county_id=county_id,
        policy=receipt["policy"],
        as_of=day,
        problem_sha256=receipt["problem_sha256"],
        status=solution["status"],
        served=solution["served"],
        document=solution,
    )
    run_id = int(connection.execute(made.returning(matching_run.c.id)).scalar_one())
    needs = copy.ids_by_ref(connection, need, county_id)
    resources = merging.ids(connection, county_id, "resource") | copy.ids_by_ref(
        connection, resource, county_id
    )
    rows = [
        {
            "matching_run_id": run_id,
            "need_id": needs[each["need"]],
            "role": each["role"],
            "resource_id": resources[each["resource"]],
            "slot": _range(windows[each["need"], each["slot"]]) if each["slot"] else None,
            "quantity": each["quantity"],
            "minutes": told.get(at, each["minutes"]),
        }
        for at, each in enumerate(solution["assignments"])
    ]
    _insert(connection, match, rows)
    left_over = [
        {
            "matching_run_id": run_id,
            "need_id": needs[each["need"]],
            "reason": each["reason"],
            "detail": {name: value for name, value in each.items() if name not in ("need", "reason")}
            | {"ladder": list(ladders.get(each["need"], []))},
        }
        for each in solution["unmatched"]
    ]
    _insert(connection, unmatched, left_over)
    return run_id


def _range(window: Window) -> "pg.Range[datetime]":
    return pg.Range(window.starts, window.ends)


def keep_problem(connection: sa.Connection, run: int, problem: bytes) -> None:
    """Keep a run's problem, packed. Only the owner may."""
    connection.execute(run_problem.insert().values(matching_run_id=run, problem=problem))


def kept_problem(connection: sa.Connection, run: int) -> bytes | None:
    """A run's problem as it was packed, or ``None``. Only the owner may read it."""
    found = sa.select(run_problem.c.problem).where(run_problem.c.matching_run_id == run)
    return connection.execute(found).scalar_one_or_none()


def document(connection: sa.Connection, run: int) -> dict[str, Any] | None:
    """The solution document of a run, or ``None`` when there is no such run."""
    found = sa.select(matching_run.c.document).where(matching_run.c.id == run)
    return connection.execute(found).scalar_one_or_none()


def vintages(connection: sa.Connection, county_id: int, day: date) -> dict[str, str]:
    """The vintage, ISO 8601, of each kind of area that is true on a day."""
    rows = query.rows(connection, "match_vintages", county=county_id, day=day)
    return {row["kind"]: row["vintage"].isoformat() for row in rows}


def latest(connection: sa.Connection, county_id: int) -> sa.RowMapping | None:
    """The newest run of a county, or ``None``."""
    found = (
        sa.select(matching_run)
        .where(matching_run.c.county_id == county_id)
        .order_by(matching_run.c.id.desc())
        .limit(1)
    )
    return connection.execute(found).mappings().one_or_none()


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def any_open(connection: sa.Connection, county: int) -> str | None:
    """The id of an open need that lies somewhere, always the same one; ``None`` where there is none."""
    mine = sa.select(sa.func.min(need.c.ref)).where(need.c.county_id == county, need.c.status == "open")
    wanted = mine.where(sa.not_(need.c.aspiration), need.c.geom.is_not(None))
    found: str | None = connection.execute(wanted).scalar_one()
    return found
