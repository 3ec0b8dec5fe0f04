"""A broker's desk in Valeshire, and a film night that wants a hall, a projector and a steward."""

import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from psycopg.types.range import TimestampRange

from geomatch.db import tables
from tests.webmap.sites import Site
from tests.webmap.writer import Writer, placed


class Desk:
    """A broker at a small county's desk: its pages, its letters, and a film night that wants three things."""

    def __init__(self, site: Site, letters: sa.Engine) -> None:
        self.site, self.owner = site, letters
        self.client = site.app.test_client()
        self.window = _a_month_ahead()

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, headers={"Host": "localhost"}, **more)

    def post(self, path: str, at: str, **data: Any) -> Any:
        """Send a form as the page ``at`` holds it, with its token."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(at).text)
        assert found, f"no form on {at}"
        body = {"csrf_token": found[1], **data}
        return self.client.post(path, data=body, headers={"Host": "localhost", "Origin": "http://localhost"})

    def letters(self) -> list[Any]:
        """Letters written since the last look, by address."""
        with self.owner.begin() as connection:
            rows = connection.execute(sa.text("delete from people.letter returning *")).mappings().all()
        return sorted(rows, key=lambda row: (row["address"], row["id"]))

    def run(self, sql: str, **values: Any) -> list[Any]:
        with self.owner.begin() as connection:
            found = connection.execute(sa.text(sql), values)
            return list(found) if found.returns_rows else []


def _a_month_ahead() -> TimestampRange:
    day = datetime.combine(datetime.now(ZoneInfo("Europe/London")).date() + timedelta(days=30), time(19))
    return TimestampRange(day, day + timedelta(hours=2))


def film_night(write: Writer) -> None:
    """A hall, a projector and a steward wanted in a month; who has them, and one hall that is too small."""
    write.connection.execute(sa.text("delete from road_set"))
    groups = {}
    for ref, email in [
        ("film", "film@club.example"),
        ("halls", "keys@hall.example"),
        ("kit", "kit@store.example"),
    ]:
        groups[ref] = write.mine(
            tables.organisation, ref=ref, name=ref.title(), sector="voluntary", email=email, **placed(None)
        )
    for ref, kind, subkind, group, where in [
        ("near-hall", "venue", "film_hall", "halls", (352_000, 302_000)),
        ("next-hall", "venue", "film_hall", "halls", (353_000, 303_000)),
        ("small-hall", "venue", "film_hall", "halls", (352_100, 302_000)),
        ("beamer", "equipment", "beamer", "kit", (352_500, 302_500)),
        ("steward", "volunteer", "steward", None, (352_500, 303_500)),
    ]:
        number = write.resource(
            ref,
            kind,
            ref.replace("-", " ").title(),
            where,
            subkind=subkind,
            precision_metres=1000 if kind == "volunteer" else 0,
            organisation_id=groups.get(group or ""),
        )
        if kind == "venue":
            seats = 20 if ref == "small-hall" else 80
            write.row(
                tables.resource_feature, resource_id=number, name="seats_theatre", type="number", number=seats
            )
            write.row(
                tables.resource_feature, resource_id=number, name="pence_per_hour", type="number", number=1200
            )
    need = write.need(
        "film-night", "A film night", (351_500, 302_000), roles=(), organisation_id=groups["film"]
    )
    for role, kind in [("venue", "venue"), ("projector", "equipment"), ("steward", "volunteer")]:
        subkind = {"venue": "film_hall", "projector": "beamer", "steward": "steward"}[role]
        number = write.row(tables.need_role, need_id=need, role=role, kind=kind, subkind=subkind)
        if role == "venue":
            write.row(
                tables.role_feature, need_role_id=number, name="seats_theatre", type="number", number=60
            )
    write.row(tables.need_window, need_id=need, during=_a_month_ahead())
