"""A county of the attackers' own: four parishes, a postcode every 400 m, homes that nobody may find."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
import sqlalchemy as sa

import webmap
from geomatch import crs
from geomatch.db import areas, engine, finding, gazetteer, needs, roads
from geomatch.db import counties as stored
from geomatch.matching.problem import Policy
from geomatch.model import Area, Need, ResourceKind, Role
from geomatch.roads import SPEEDS, RoadClass, RoadFlag, RoadGraph
from geomatch.services import importing, intake, matching
from geomatch.services.database import APP_ROLE, DESK_ROLE
from geomatch.services.importing import Job

SECRET = "the secret of the attacked, long enough"  # noqa: S105 - of a county made up
TODAY = datetime.now(ZoneInfo("Europe/London")).date()
WEST, SOUTH, SIDE = 340_000, 290_000, 8_000
PEOPLE = 30


def job(connection: sa.Connection) -> Job:
    """At work in the county, with its secret."""
    return Job(connection, stored.chosen(connection, None), TODAY, SPEEDS, secret=SECRET.encode())


def cells(ref: str, where: tuple[float, float], postcode: str, *, exact: bool) -> dict[str, str]:
    """A volunteer as somebody writes one down."""
    return {
        "id": ref,
        "kind": "volunteer",
        "subkind": f"sort_{ref}",
        "name": f"Helper {ref}",
        "postcode": postcode,
        "easting": f"{where[0]}",
        "northing": f"{where[1]}",
        "exact_home": "yes" if exact else "",
        "catchment": "40 minutes",
    }


@dataclass(frozen=True)
class Attacked:
    """The county as its owner knows it, and a client of each role there is."""

    owner: sa.Engine
    clients: dict[str, Any]
    homes: dict[str, tuple[float, float]]
    postcodes: dict[str, str]
    comes_in: Callable[[str], Any]
    """A client of that role, of pages just started: they remember nothing."""

    def masks(self) -> dict[str, tuple[float, float, float]]:
        """Easting, northing and width of every mask."""
        sql = (
            "select ref, ST_X(geom), ST_Y(geom), precision_metres from resource "
            "where kind = 'volunteer' order by ref"
        )
        with self.owner.connect() as connection:
            return {row[0]: tuple(row[1:]) for row in connection.execute(sa.text(sql))}

    def box(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The corners of the county, EPSG:27700 metres."""
        return (WEST, SOUTH), (WEST + 2 * SIDE, SOUTH + 2 * SIDE)

    @staticmethod
    def lonlat(east: float, north: float) -> tuple[float, float]:
        """Degrees of a place."""
        lon, lat = crs.to_lonlat(np.array([east]), np.array([north]))
        return float(lon[0]), float(lat[0])

    @staticmethod
    def unsigned(text: str) -> str:
        """An answer without what is drawn anew each time and tells of nobody."""
        return re.sub("|".join(_ONCE), "", text)

    west, south, side, people, today = WEST, SOUTH, SIDE, PEOPLE, TODAY
    job = staticmethod(job)
    cells = staticmethod(cells)


def _lattice() -> np.ndarray:
    east = np.arange(WEST + 200, WEST + 2 * SIDE, 400.0)
    north = np.arange(SOUTH + 200, SOUTH + 2 * SIDE, 400.0)
    return np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)


def _code(at: int) -> str:
    letters = "ABDEFGHJLN"
    return f"SY{1 + at // 1000} {at // 100 % 10}{letters[at // 10 % 10]}{letters[at % 10]}"


def _draw(connection: sa.Connection) -> tuple[int, int]:
    county = stored.save(connection, slug="attacked", name="Attacked")
    made = connection.execute(sa.text(_IMPORT), {"county": county.id}).scalar_one()
    parishes = [
        Area(
            "parish",
            f"E0400000{2 * column + row}",
            f"Parish {column}{row}",
            shapely.box(
                WEST + column * SIDE, SOUTH + row * SIDE, WEST + (column + 1) * SIDE, SOUTH + (row + 1) * SIDE
            ),
        )
        for column in (0, 1)
        for row in (0, 1)
    ]
    areas.save(connection, county.id, parishes, kind="parish", vintage=TODAY, import_id=made)
    west = Area("ljc", "west", "West", shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + 2 * SIDE))
    areas.save(connection, county.id, [west], kind="ljc", vintage=TODAY, import_id=made)
    connection.execute(sa.text(_BELONGS), {"county": county.id})
    spots = _lattice()
    columns = {
        "postcode": [_code(at) for at in range(len(spots))],
        "easting": spots[:, 0],
        "northing": spots[:, 1],
    }
    gazetteer.save_postcodes(connection, county.id, columns, import_id=made)
    importing.finish(job(connection))
    return county.id, made


def _fill(connection: sa.Connection, county: int, made: int) -> tuple[dict[str, Any], dict[str, str]]:
    chance, spots = np.random.default_rng(5), _lattice()
    rows = chance.choice(len(spots), PEOPLE, replace=False)
    written, homes, postcodes = [], {}, {}
    for number, row in enumerate(rows.tolist()):
        ref, exact = f"p{number}", number % 2 == 0
        east, north = np.round(spots[row] + chance.uniform(-150, 150, 2), 1).tolist()
        written.append(cells(ref, (east, north), _code(row), exact=exact))
        homes[ref] = (east, north) if exact else tuple(spots[row].tolist())
        postcodes[ref] = _code(row)
    work = job(connection)
    intake.keep(work, intake.look(work, "resources", written))
    hall = {"id": "hall", "kind": "venue", "name": "The hall", "easting": "347777", "northing": "297777"}
    intake.keep(work, intake.look(work, "resources", [hall]))
    wanted = [
        Need(
            id=f"n{number}",
            title=f"Help {number}",
            roles=(Role("helper", ResourceKind.VOLUNTEER, subkind=f"sort_p{number % PEOPLE}"),),
            point=tuple(chance.uniform((WEST, SOUTH), (WEST + 2 * SIDE, SOUTH + 2 * SIDE)).tolist()),
            max_minutes=14.0 if number % 3 else 3.0,
            asked=TODAY - timedelta(days=3),
        )
        for number in range(2 * PEOPLE)
    ]
    needs.save(connection, county, wanted, import_id=made)
    connection.execute(sa.text(_BOOKED))
    importing.finish(work)
    finding.gather(connection, county)
    return homes, postcodes


@dataclass(frozen=True)
class _Site:
    """The pages over the county, as often as somebody starts them."""

    owner: sa.Engine
    role: sa.Engine
    broker: sa.Engine
    signed_in: Callable[..., str]

    def comes_in(self, name: str) -> Any:
        config = webmap.WebConfig(secret=SECRET, site="http://localhost", reads_per_second=1_000_000)
        app = webmap.create_app(self.role, config=config, desk=self.broker, matcher=self.owner)
        if name != "public":
            roles = [] if name == "contributor" else [name]
            self.signed_in(app, self.owner, *roles, email=f"{name}@example.org", area="ljc/west")
        return app.test_client()


def _build(url: str, signed_in: Callable[..., str], *, by_road: bool) -> Iterator[Attacked]:
    owner, role, broker = engine.connect(url), *(engine.connect(url, role=r) for r in (APP_ROLE, DESK_ROLE))
    with owner.begin() as connection:
        county, made = _draw(connection)
        if by_road:
            roads.switch(connection, county, roads.save(connection, county, _lanes(), import_id=made))
        homes, postcodes = _fill(connection, county, made)
        if by_road:
            importing.ready_journeys(job(connection))
    matching.match(owner, matching.Asked(None, TODAY, Policy()))
    names = ("public", "contributor", "ljc_member", "broker", "administrator")
    comes_in = _Site(owner, role, broker, signed_in).comes_in
    clients = {name: comes_in(name) for name in names}
    yield Attacked(owner, clients, homes, postcodes, comes_in)
    for door in (owner, role, broker):
        door.dispose()


@pytest.fixture(scope="session")
def attacked(make_database: Callable[[], str], signed_in: Callable[..., str]) -> Iterator[Attacked]:
    """The county, matched by straight lines, with the pages over it."""
    yield from _build(make_database(), signed_in, by_road=False)


@pytest.fixture(scope="session")
def attacked_by_road(make_database: Callable[[], str], signed_in: Callable[..., str]) -> Iterator[Attacked]:
    """The same with a lane along every kilometre of the grid."""
    yield from _build(make_database(), signed_in, by_road=True)


def _lanes() -> RoadGraph:
    """Lanes both ways every kilometre, a minute each by car."""
    count = 2 * SIDE // 1000 + 1
    side = np.arange(count**2).reshape(count, count)
    ways = [
        np.stack(pair, -1).reshape(-1, 2) for pair in ((side[:, :-1], side[:, 1:]), (side[:-1], side[1:]))
    ]
    ends = np.concatenate(ways).astype(np.int32)
    xy = np.stack(np.divmod(np.arange(count**2), count), -1) * 1000.0 + (WEST, SOUTH)
    pieces = len(ends)
    both = RoadFlag.CAR_FORWARD | RoadFlag.CAR_BACKWARD | RoadFlag.FOOT_FORWARD | RoadFlag.FOOT_BACKWARD
    times = np.array([600, 7500, 2400], dtype=np.int32)[None, :, None]
    return RoadGraph(
        node_ids=np.arange(count**2),
        node_xy=xy,
        source=ends[:, 0].copy(),
        target=ends[:, 1].copy(),
        metres=np.full(pieces, 1000.0),
        road_class=np.full(pieces, RoadClass.LOCAL, dtype=np.int8),
        flags=np.full(pieces, both, dtype=np.int32),
        limit_kmh=np.zeros(pieces, dtype=np.int16),
        deciseconds=np.broadcast_to(times, (pieces, 3, 2)).copy(),
        names=("",) * pieces,
        refs=("",) * pieces,
        coords=xy[ends.reshape(-1)],
        offsets=np.arange(0, 2 * pieces + 1, 2),
    )


_ONCE = (
    r'nonce(?:-|=")[\w+/=-]+',
    r'name="csrf_token" (?:type="hidden" )?value="[^"]+"',
    r'"csrf[^"]*": ?"[^"]+"',
)
_BELONGS = """
    insert into membership (county_id, group_kind, group_code, group_name, parish_code, valid)
    select :county, 'ljc', 'west', 'West', code, '[2010-11-10,)' from area
    where county_id = :county and kind = 'parish' and code < 'E04000002'
"""
_BOOKED = """
    with one as (
        insert into booking (need_id, resource_id, during, status, made_by)
        select need.id, resource.id, '[2027-02-01 18:00,2027-02-01 20:00)', 'confirmed', 'broker'
        from resource join need on need.ref = 'n' || substr(resource.ref, 2)
        where resource.ref in ('p1', 'p2', 'p3', 'p4')
        returning id, resource_id, held, holds
    ) insert into booking_unit (booking_id, unit, resource_id, held, holds)
    select id, 1, resource_id, held, holds from one
"""
_IMPORT = (
    "insert into import (county_id, kind, source, sha256, read, loaded, rejected, seconds) "
    "values (:county, 'needs', 'test', repeat('0', 64), 0, 0, 0, 0) returning id"
)
