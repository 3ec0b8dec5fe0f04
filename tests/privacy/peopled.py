"""A county full of people who help, under areas that overlap, are nearly the same, and were redrawn."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise, product
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from psycopg.types.range import DateRange

import webmap
from geomatch.db import areas, engine, reach, tables
from geomatch.matching.problem import Policy
from geomatch.model import Area
from geomatch.services import matching, quarters
from geomatch.services.database import APP_ROLE, DESK_ROLE
from tests.webmap.writer import Writer, point

SECRET = "the secret of the peopled county, long enough"  # noqa: S105 - of a county made up
WEST, SOUTH, SIDE = 340_000, 290_000, 2_000
COLUMNS, ROWS = 6, 4
REDRAWN, TRANSFER = date(2022, 5, 5), date(2020, 1, 1)
DAYS = (date(2015, 6, 1), date(2020, 1, 1), date(2022, 5, 4), date(2023, 1, 1))
"""In each stretch with the same boundaries one day; the LJCs began in 2010."""
LIVING = (3, 12, 14, 25, 9, 11, 16, 8, 21, 2, 13, 0, 10, 17, 7, 30, 12, 15, 4, 11, 18, 6, 22, 14)
"""How many help in each parish as it was drawn first, row by row; one is too few to tell of in each LJC."""
EDGES = {False: (0, 2, 4, 6, 8, 10, 12), True: (0, 2, 4.3, 6, 8, 10, 12)}
"""Where one column of parishes ends and the next begins, in kilometres, before it was redrawn and after."""
DIVIDED = (0, 2.3, 5.8, 8.1, 12)
"""The same of divisions."""
KINDS = ("parish", "division", "ljc")

Where = tuple[str, str | None, date]
"""Kind, code (None: none of them) and day."""


@dataclass(frozen=True)
class Peopled:
    """The county as its owner knows it, who is where, and pages for whoever comes in."""

    owner: sa.Engine
    role: sa.Engine
    desk: sa.Engine
    signed_in: Callable[..., str]
    counties: Mapping[str, int]
    started: list[Any] = field(default_factory=list)

    def comes_in(self, name: str, area: str = "ljc/l0", secret: str = SECRET) -> Any:
        """A client of pages just started: they remember nothing."""
        config = webmap.WebConfig(secret=secret, site="http://localhost", reads_per_second=1_000_000)
        app = webmap.create_app(self.role, config=config, desk=self.desk, matcher=self.owner)
        if name != "public":
            roles = [] if name == "contributor" else [name]
            email = f"{name}-{area.replace('/', '-')}-{len(self.started)}@example.org"
            self.signed_in(app, self.owner, *roles, email=email, area=area)
        self.started.append(app)
        return app.test_client()

    def living(self) -> dict[Where, frozenset[str]]:
        """Who helps in every area there ever was, as the map has it and by nobody's figures."""
        found: dict[Where, frozenset[str]] = {}
        with self.owner.connect() as connection:
            [county] = self.counties.values()
            people = set(connection.execute(sa.text(_HELPING), {"county": county}).scalars())
            for kind, day in product(KINDS, DAYS):
                inside = reach.located(connection, county, kind, day)["resource"]
                codes = [row["code"] for row in reach.areas(connection, county, kind, day)]
                for code in (*codes, None):
                    found[kind, code, day] = frozenset(ref for ref in people if inside.get(ref) == code)
        return found


@contextmanager
def peopled(url: str, signed_in: Callable[..., str]) -> Iterator[Peopled]:
    """The county, matched, with a quarter kept as its members see it."""
    owner, role, desk = engine.connect(url), *(engine.connect(url, role=r) for r in (APP_ROLE, DESK_ROLE))
    with owner.begin() as connection:
        write = Writer(connection, "peopled", "Peopled")
        made = connection.execute(sa.text(_IMPORT), {"county": write.county}).scalar_one()
        _draw(write, made)
        _fill(write)
    matching.match(owner, matching.Asked(None, date.today(), Policy()))  # noqa: DTZ011
    quarters.keep(owner, quarters.Asked(None, SECRET.encode(), date.today()))  # noqa: DTZ011
    yield Peopled(owner, role, desk, signed_in, {"peopled": write.county})
    for door in (owner, role, desk):
        door.dispose()


def _code(column: int, row: int, *, redrawn: bool) -> str:
    """Codes of the two columns whose border moved became others."""
    return f"E04{9 if redrawn and column in (1, 2) else 0:03}{row:02}{column}"


def _box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Kilometres from the county's corner."""
    corners = np.array([west, south, east, north]) * 1000 + (WEST, SOUTH, WEST, SOUTH)
    return shapely.box(*corners)


def _grid(*, redrawn: bool) -> list[Area]:
    return [
        Area(
            "parish",
            _code(column, row, redrawn=redrawn),
            f"Parish {column}{row}",
            _box(west, 2 * row, east, 2 * row + 2),
        )
        for column, (west, east) in enumerate(pairwise(EDGES[redrawn]))
        for row in range(ROWS)
    ]


def _draw(write: Writer, made: int) -> None:
    connection, county = write.connection, write.county
    first, later = (
        _grid(redrawn=False),
        _grid(redrawn=True),
    )
    areas.save(connection, county, first, kind="parish", vintage=date(2015, 1, 1), import_id=made)
    areas.save(connection, county, later, kind="parish", vintage=REDRAWN, import_id=made)
    divisions = [
        Area(
            "division",
            f"E050000{row}{column}",
            f"Division {column}{row}",
            _box(west, 4 * row, east, 4 * row + 4),
        )
        for column, (west, east) in enumerate(pairwise(DIVIDED))
        for row in (0, 1)
    ]
    areas.save(connection, county, divisions, kind="division", vintage=date(2015, 1, 1), import_id=made)
    for column, row in product(range(COLUMNS), range(ROWS)):
        home = f"l{column // 3}{row // 2}"
        moved = "l10" if (column, row) == (2, 0) else home
        codes = [_code(column, row, redrawn=redrawn) for redrawn in (False, True)]
        spans = [
            (codes[0], home, date(2010, 1, 1), TRANSFER),
            (codes[0], moved, TRANSFER, REDRAWN),
            (codes[1], moved, REDRAWN, None),
        ]
        for code, group, start, end in spans:
            write.mine(
                tables.membership, group_kind="ljc", group_code=group, group_name=group.upper(),
                parish_code=code, division_code="", valid=DateRange(start, end),
            )  # fmt: skip
    areas.dissolve(connection, county, "ljc")


def _fill(write: Writer) -> None:
    chance = np.random.default_rng(7)
    number = 0
    for at, count in enumerate(LIVING):
        row, column = divmod(at, COLUMNS)
        corner = np.array([WEST + column * SIDE, SOUTH + row * SIDE])
        for east, north in corner + chance.uniform(50, SIDE - 50, (count, 2)):
            kind = "skill" if number % 4 == 0 else "volunteer"
            where = {"geom": point(east, north), "precision_metres": 1000} | _stated(number, east, north)
            write.resource(f"p{number}", kind, f"Helper {number}", None, **where)
            number += 1
        middle = corner + SIDE / 2
        write.mine(tables.population, code=f"oa{at}", residents=100, geom=point(*middle))
    stated = {"parish_code": _code(2, 1, redrawn=True), "division_code": "E05000001"}
    write.resource("hall", "venue", "The hall", None, geom=point(WEST + 5000, SOUTH + 3000), **stated)
    for at in range(4):
        geom = point(WEST + 1000 + 3000 * at, SOUTH + 1500)
        write.need(f"n{at}", f"Help {at}", None, roles=("volunteer",), geom=geom, status="open")


def _stated(number: int, east: float, north: float) -> dict[str, str]:
    """Every third has the parish and the division stated that the newest boundaries have them in."""
    if number % 3:
        return {}
    column = int(np.searchsorted(EDGES[True], (east - WEST) / 1000) - 1)
    row = int(np.searchsorted(DIVIDED, (east - WEST) / 1000) - 1)
    return {
        "parish_code": _code(column, int(north - SOUTH) // SIDE, redrawn=True),
        "division_code": f"E050000{int(north - SOUTH) // (2 * SIDE)}{row}",
    }


_HELPING = "select ref from resource where county_id = :county and kind in ('volunteer', 'skill')"
_IMPORT = (
    "insert into import (county_id, kind, source, sha256, read, loaded, rejected, seconds) "
    "values (:county, 'needs', 'test', repeat('0', 64), 0, 0, 0, 0) returning id"
)
