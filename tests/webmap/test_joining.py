"""Somebody joins a group that is there: asked by one, answered by its members or a broker, told both ways."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import accounts, audit


@pytest.fixture(scope="module")
def club(hall: Any) -> Any:
    """The Lunch Club with Mia in it."""
    hall.come("mia")
    with hall.owner.begin() as connection:
        mia = accounts.by_email(connection, "mia@vale.example")
        group = connection.scalar(sa.text("select id from organisation where ref = 'o2'"))
        assert mia
        assert group
        accounts.join(connection, mia["id"], group)
    return hall


def _ask(club: Any, who: str, ref: str = "o2") -> Any:
    return club.come(who).post(f"/account/posts/groups/{ref}/ask", data={"words": "I cook on Tuesdays"})


def _number(club: Any, who: str) -> int:
    words = "select j.id from people.joining j join people.account a on a.id = account_id where email = :e"
    return int(club.one(words, e=f"{who}@vale.example").id)


def _belongs(club: Any, who: str) -> bool:
    words = "select count(*) from people.member join people.account a on a.id = account_id where email = :e"
    return bool(club.one(words, e=f"{who}@vale.example").count)


def _letter(club: Any) -> Any:
    return club.one("select address, body from people.letter order by id desc limit 1")


def test_one_asks_a_member_says_yes_and_each_hears_of_it(club: Any) -> None:
    page = club.come("noa").get("/account/posts/groups?q=lunch").text
    assert "/account/posts/groups/o2/ask" in page
    assert "mia@" not in page, "who belongs to a group is told to nobody else"
    assert _ask(club, "noa").status_code == 303
    letter = _letter(club)
    assert letter.address == "mia@vale.example"
    assert "noa@vale.example" in letter.body
    assert not _belongs(club, "noa")
    assert club.come("noa").get("/account/posts/needs/new").text.count("Lunch Club") == 0
    number = _number(club, "noa")
    assert "I cook on Tuesdays" in club.come("mia").get("/account/posts/groups").text
    assert club.come("mia").post(f"/account/posts/joining/{number}/yes").status_code == 303
    assert _belongs(club, "noa")
    assert _letter(club).address == "noa@vale.example"
    assert "Lunch Club" in club.come("noa").get("/account/posts/needs/new").text
    with club.owner.connect() as connection:
        did = [line["detail"]["did"] for line in audit.lines(connection, what="role-change")]
    assert {"asked to join", "joined"} <= set(did)


def test_nobody_else_answers_not_even_who_asks(club: Any) -> None:
    _ask(club, "pip")
    number = _number(club, "pip")
    for who in ("pip", "stray"):
        assert "pip@vale.example" not in club.come("stray").get("/account/posts/groups").text
        for said in ("yes", "no"):
            assert club.come(who).post(f"/account/posts/joining/{number}/{said}").status_code == 404
    assert club.come("stray").post(f"/broker/joining/{number}/yes").status_code == 403
    assert not _belongs(club, "pip")


def test_a_broker_says_no_and_it_stands_for_a_month(club: Any) -> None:
    number, broker = _number(club, "pip"), club.come("broker", "broker")
    assert "pip@vale.example" in broker.get("/broker/joining").text
    assert broker.post(f"/broker/joining/{number}/no").status_code == 303
    assert _letter(club).address == "pip@vale.example"
    assert "the answer is no" in club.come("pip").get("/account/posts/groups").text
    assert _ask(club, "pip").status_code == 409
    club.come("pip").post("/account/posts/groups/o2/leave")
    assert _ask(club, "pip").status_code == 409, "taking it back does not take the answer away"
    with club.owner.begin() as connection:
        connection.execute(sa.text("update people.joining set refused_at = refused_at - interval '31 days'"))
    assert _ask(club, "pip").status_code == 303
    assert broker.post(f"/broker/joining/{_number(club, 'pip')}/yes").status_code == 303
    assert _belongs(club, "pip")


def test_twice_is_once_and_so_is_asking_where_one_belongs(club: Any) -> None:
    assert _ask(club, "quin").status_code == 303
    assert _ask(club, "quin").status_code == 409
    assert _ask(club, "mia").status_code == 409
    assert _ask(club, "quin", "none").status_code == 404


def test_one_leaves_and_may_then_change_nothing_of_the_group(club: Any) -> None:
    assert club.come("noa").get("/account/posts/organisations/o2/edit").status_code == 200
    assert club.come("noa").post("/account/posts/groups/o2/leave").status_code == 303
    assert not _belongs(club, "noa")
    assert club.come("noa").get("/account/posts/organisations/o2/edit").status_code == 404


def test_who_registers_a_group_twice_is_shown_how_to_join_it(club: Any) -> None:
    typed = {"name": "Lunch Club", "easting": "351500", "northing": "300500", "roles": "1"}
    told = club.come("rex").post("/account/posts/organisations/count", data=typed).get_json()
    [row] = told["alike"]
    page = club.come("rex").get(row["href"]).text
    assert re.search(r'action="/account/posts/groups/o2/ask"', page)
