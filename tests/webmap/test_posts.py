"""People post for themselves: nothing is asked twice, and a broker or trust says when all see it."""

import re
from typing import Any

import sqlalchemy as sa

from geomatch.db import accounts, audit

NEED = {"title": "A place for the choir", "easting": "351500", "northing": "301500", "role-0-kind": "venue"}
HELP = {"name": "Drives on Tuesdays", "kind": "volunteer", "easting": "356789", "northing": "306789"}


def _ref(hall: Any, table: str, name: str) -> str:
    column = "title" if table == "need" else "name"
    return str(hall.one(f"select ref from {table} where {column} = :n", n=name).ref)


def test_a_first_need_waits_unseen_and_its_publishing_is_written_down_and_told(hall: Any) -> None:
    assert hall.post("ann", "needs", **NEED).headers["Location"] == "/account/posts/"
    ref = _ref(hall, "need", NEED["title"])
    stranger = hall.app.test_client()
    for page in (f"/needs/{ref}", "/api/v1/needs", "/"):
        assert NEED["title"] not in stranger.get(page).text
    assert "waits for a broker" in hall.come("ann").get("/account/posts/").text
    assert hall.publish(NEED["title"]).status_code == 303
    assert stranger.get(f"/needs/{ref}").status_code == 200
    letter = hall.one("select address, body from people.letter order by id desc limit 1")
    assert letter.address == "ann@vale.example"
    assert f"/needs/{ref}" in letter.body
    with hall.owner.connect() as connection:
        [line] = audit.lines(connection, what="published")
    assert line["who"].startswith("account ")


def test_after_the_first_that_was_published_others_are_seen_at_once(hall: Any) -> None:
    hall.post("ann", "needs", **NEED | {"title": "A second wish of the choir"})
    ref = _ref(hall, "need", "A second wish of the choir")
    assert hall.app.test_client().get(f"/needs/{ref}").status_code == 200
    assert "A second wish of the choir" not in hall.waiting()


def test_a_post_that_is_refused_says_why_to_whoever_posted_it(hall: Any) -> None:
    hall.post("cheat", "needs", **NEED | {"title": "Cheap watches"})
    number = hall.waiting()["Cheap watches"]
    broker = hall.come("broker")
    assert broker.post(f"/broker/posts/{number}/refuse", data={"reason": " "}).status_code == 400
    assert (
        broker.post(f"/broker/posts/{number}/refuse", data={"reason": "an advertisement"}).status_code == 303
    )
    assert "an advertisement" in hall.come("cheat").get("/account/posts/").text
    assert broker.post(f"/broker/posts/{number}/publish").status_code == 409
    assert hall.one("select status from need where title = 'Cheap watches'").status == "withdrawn"


def test_a_group_registers_once_and_when_trusted_posts_at_once(hall: Any) -> None:
    group = {"name": "Vale Choral Society", "easting": "351000", "northing": "301000"}
    hall.post("dee", "organisations", **group)
    ref = _ref(hall, "organisation", group["name"])
    page = hall.come("dee").get("/account/posts/resources/new").text
    assert f'<option value="{ref}">{group["name"]}</option>' in page
    stranger = hall.app.test_client()
    assert group["name"] not in stranger.get("/areas/parish/parish-00").text
    assert hall.one("select count(*) from findable where name = :n", n=group["name"]).count == 0
    offer = {"name": "Music stands", "kind": "equipment", "easting": "351000", "northing": "301000"}
    hall.post("dee", "resources", **offer, organisation=ref)
    assert hall.publish("Music stands").status_code == 409, "its group waits"
    assert hall.publish(group["name"], trust="yes").status_code == 303
    assert group["name"] in stranger.get("/areas/parish/parish-00").text
    hall.publish("Music stands")
    hall.post("dee", "resources", **offer | {"name": "A piano"}, organisation=ref)
    assert stranger.get(f"/resources/{_ref(hall, 'resource', 'A piano')}").status_code == 200
    foreign = hall.post("ann", "resources", **offer | {"name": "Not mine"}, organisation=ref)
    assert foreign.status_code == 403
    assert hall.one("select count(*) from resource where name = 'Not mine'").count == 0


def test_what_only_a_broker_knows_is_neither_typed_nor_lost_by_those_who_post(hall: Any) -> None:
    typed = HELP | {"name": "Checked helper", "dbs_level": "enhanced", "dbs_seen_by": "me", "weight": "1000"}
    hall.post("vol", "resources", **typed)
    row = hall.one("select id, ref from resource where name = 'Checked helper'")
    assert hall.one("select count(*) from dbs_check where resource_id = :r", r=row.id).count == 0
    with hall.owner.begin() as connection:
        seen = (
            "insert into dbs_check (resource_id, level, seen_by, issued, seen_on) "
            "values (:r, 'basic', 'Pat', '2026-01-01', '2026-02-01')"
        )
        connection.execute(sa.text(seen), {"r": row.id})
    address = f"/account/posts/resources/{row.ref}/edit"
    mark = re.search(r'name="mark" value="([^"]+)"', hall.come("vol").get(address).text)
    assert mark
    form = {
        "name": "Checked helper",
        "kind": "volunteer",
        "description": "New words",
        "roles": "1",
        "mark": mark[1],
    }
    answer = hall.come("vol").post(address, data=form | {"mark": mark[1]})
    assert answer.status_code == 303, answer.text
    assert hall.one("select description from resource where id = :r", r=row.id).description == "New words"
    assert hall.one("select seen_by from dbs_check where resource_id = :r", r=row.id).seen_by == "Pat"
    assert hall.one("select ST_X(geom) as x from homes.home where resource_id = :r", r=row.id).x == 356750, (
        "the middle of its hundred metres"
    )
    assert hall.one("select withdrawn_on from resource where id = :r", r=row.id).withdrawn_on, "waits still"


def test_nobody_changes_or_takes_back_what_is_not_theirs(hall: Any) -> None:
    for kind, ref in (("needs", "warm"), ("resources", "hall"), ("organisations", "o1"), ("needs", "none")):
        for path, method in ((f"{kind}/{ref}/edit", "GET"), (f"{kind}/{ref}/edit", "POST"),
                             (f"{kind}/{ref}/withdraw", "POST")):  # fmt: skip
            answer = hall.come("ann").open(f"/account/posts/{path}", method=method, data={"roles": "1"})
            assert answer.status_code == 404, (path, method)
    assert hall.one("select status from need where ref = 'warm'").status == "open"


def test_members_of_a_group_change_and_take_back_what_is_the_group_s(hall: Any) -> None:
    with hall.owner.begin() as connection:
        number = accounts.add(connection, "member@vale.example")
        group = connection.scalar(sa.text("select id from organisation where ref = 'o2'"))
        connection.execute(sa.text("update need set organisation_id = :g where ref = 'rival'"), {"g": group})
        accounts.join(connection, number, int(group or 0))
    client = hall.come("member")
    assert client.get("/account/posts/needs/rival/edit").status_code == 200
    assert client.post("/account/posts/needs/rival/withdraw").status_code == 303
    assert hall.one("select status from need where ref = 'rival'").status == "withdrawn"
    assert hall.app.test_client().get("/needs/rival").status_code == 404


def test_while_one_types_what_may_be_there_already_is_pointed_out(hall: Any) -> None:
    typed = {"name": "Wick Hall", "kind": "venue", "easting": "351200", "northing": "301300", "roles": "1"}
    told = hall.come("eve").post("/account/posts/resources/count", data=typed).get_json()
    assert {"name": "Wick Hall", "href": "/resources/hall"}.items() <= told["alike"][0].items()
    answer = hall.come("eve").post("/account/posts/resources/new", data=typed | {"do": "keep"})
    assert answer.status_code == 409
    assert "This may be there already" in answer.text


def test_a_postcode_that_nobody_knows_is_told_at_its_field_and_leaves_nothing_without_a_place(
    hall: Any,
) -> None:
    typed = {"title": "Somewhere to sing", "role-0-kind": "venue", "postcode": "VA1 1AA"}
    assert hall.post("tess", "needs", **typed).status_code == 303, (
        "no postcodes are loaded: unknown is not wrong"
    )
    with hall.owner.begin() as connection:
        where = "select id, 'VA2 2BB', ST_SetSRID(ST_Point(351500, 301500), 27700) from county"
        connection.execute(sa.text(f"insert into postcode (county_id, postcode, geom) {where}"))
    typed["title"] = "Somewhere to dance"
    answer = hall.post("tess", "needs", **typed)
    assert answer.status_code == 400
    assert "The postcode VA1 1AA is not known here" in answer.text
    assert 'href="#postcode"' in answer.text
    assert hall.post("tess", "needs", **typed | {"parish": "E04011198"}).status_code == 303
    typed["title"] = "Somewhere to play"
    assert hall.post("tess", "needs", **typed | {"postcode": "va22bb"}).status_code == 303
    assert hall.one("select ST_X(geom) as x from need where title = :n", n="Somewhere to play").x == 351500
