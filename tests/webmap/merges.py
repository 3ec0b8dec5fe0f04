"""Two records made one at a desk of the tests, and every row that this may touch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TABLES = {
    "resource": "id",
    "organisation": "id",
    "resource_feature": "resource_id, name",
    "opening": "id",
    "dbs_check": "resource_id",
    "people.contact": "id",
    "homes.home": "resource_id",
    "homes.parked": "merge_id",
    "booking": "id",
    "booking_unit": "booking_id, unit",
    "booking_change": "id",
    "match": "id",
    "need": "id",
    "merged": "ref",
    "findable": "what, source_id, key",
}


@contextmanager
def restored(desk: Any) -> Iterator[None]:
    """What one test makes one is two for the next."""
    before = every_row(desk)
    yield
    for table in (
        "booking",
        "bundle",
        "series",
        "matching_run",
        "people.ask",
        "people.link",
        "people.letter",
    ):
        desk.run(f"delete from {table}")
    for [number] in desk.run(
        "select id from people.act where what = 'merge' and undone_at is null order by id desc"
    ):
        assert desk.post(f"/broker/acts/{number}/undo", "/broker/today").status_code == 303
    for table in ("people.act", "people.contact", "opening", "people.merge"):
        desk.run(f"delete from {table}")
    desk.run("update need set status = 'open'")
    desk.run("delete from import")
    assert {table: rows for table, rows in every_row(desk).items() if rows != before[table]} == {}


def every_row(desk: Any) -> dict[str, list[str]]:
    """Every row that a merge may touch, as text."""
    skip = {"findable": "id", "resource": "import_id", "organisation": "import_id"}
    found = {}
    for table, order in TABLES.items():
        row = f"to_jsonb(it) - '{skip.get(table, '-')}' - '{'edited_at' if table in skip else '-'}'"
        where = "where what in ('organisation', 'resource')" if table == "findable" else ""
        rows = desk.run(f"select {row} from {table} it {where} order by {order}")
        found[table] = [str(each[0]) for each in rows]
    return found


def merge(desk: Any, kept: str, gone: str, *, kind: str = "resources", **take: str) -> Any:
    taken = {f"take-{name}": side for name, side in take.items()}
    at = f"/broker/merge/{kind}/{kept}?with={gone}"
    return desk.post(f"/broker/merge/{kind}/{kept}", at, **{"with": gone}, **taken)


def undo(desk: Any) -> Any:
    """Take the newest merge back."""
    newest = desk.run("select max(id) from people.act where what = 'merge'")[0][0]
    return desk.post(f"/broker/acts/{newest}/undo", "/broker/today")
