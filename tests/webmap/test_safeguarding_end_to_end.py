"""A need with children, typed by a member and published, is matched with nobody who has not been checked."""

import html
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from geomatch.services import matching

CLUB = {
    "title": "Somebody for the youth club",
    "max_minutes": "120",
    "easting": "351500",
    "northing": "301500",
    "role-0-kind": "volunteer",
    "role-0-subkind": "youth_club_helper",
    "role-0-contact": "children",
    "role-0-contact_days": "4",
    "role-0-overnight": "no",
    "role-0-personal_care": "no",
    "role-0-supervised": "yes",
}
HELPER = {
    "name": "Helps on Fridays",
    "kind": "volunteer",
    "subkind": "youth_club_helper",
    "easting": "352789",
    "northing": "302789",
}


def _matched(hall: Any, ref: str) -> list[str]:
    """Whom the newest matching gives the need, by day of the county."""
    today = datetime.now(ZoneInfo("Europe/London")).date()
    told = matching.match(hall.owner, matching.Asked(None, today))
    return [row["resource"] for row in told["assignments"] if row["need"] == ref]


def test_a_posted_need_with_children_is_met_only_by_whoever_was_checked(hall: Any) -> None:
    for who, kind, typed in (("ann", "needs", CLUB), ("eve", "resources", HELPER)):
        assert hall.post(who, kind, **typed).status_code == 303, kind
        for name in hall.waiting():
            hall.publish(name)
    need = hall.one("select ref from need where title = :t", t=CLUB["title"]).ref
    helper = hall.one("select id, ref from resource where name = :n", n=HELPER["name"])
    assert _matched(hall, need) == []
    page = html.unescape(re.sub(r"<[^>]+>", " ", hall.app.test_client().get(f"/needs/{need}").text))
    assert "not known to have a DBS check that is deep enough and still good" in re.sub(r"\s+", " ", page)
    for level, met in (("enhanced", False), ("enhanced_barred_lists", True)):
        with hall.owner.begin() as connection:
            connection.execute(sa.text("delete from dbs_check where resource_id = :id"), {"id": helper.id})
            check = (
                "insert into dbs_check (resource_id, level, seen_by, seen_on, issued) "
                "values (:id, :level, 'Pat', current_date, current_date)"
            )
            connection.execute(sa.text(check), {"id": helper.id, "level": level})
        assert _matched(hall, need) == ([helper.ref] if met else []), level
