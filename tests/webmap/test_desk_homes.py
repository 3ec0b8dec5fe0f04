"""A broker reads where somebody sets out from once all have said yes, by the form alone, a line each time."""

from collections.abc import Iterator
from typing import Any

import pytest

from geomatch.db import audit

POSTCODE = "SY7 9QX"
AT = "/broker/needs/film-night"
PICKS = {"pick-venue": "near-hall", "pick-projector": "beamer", "pick-steward": "steward"}


@pytest.fixture
def proposed(desk: Any) -> Iterator[int]:
    """The number of a bundle in which a steward, whose home is kept, waits to be confirmed."""
    desk.run(
        "insert into homes.home (resource_id, geom, postcode) select id, "
        "ST_SetSRID(ST_MakePoint(353411, 303822), 27700), :code from resource where ref = 'steward'",
        code=POSTCODE,
    )
    when = {"day": f"{desk.window.lower:%Y-%m-%d}", "from": "19:00", "to": "21:00"}
    at = "/broker/bundle/film-night?" + "&".join(f"{name}={ref}" for name, ref in PICKS.items())
    assert desk.post("/broker/bundle/film-night", at, **PICKS, **when).status_code == 303
    yield int(desk.run("select max(id) from bundle")[0][0])
    for table in ("booking", "bundle", "people.ask", "people.act", "people.link", "people.letter"):
        desk.run(f"delete from {table}")
    desk.run("delete from homes.home")
    desk.run("update need set status = 'open'")


def _booking(desk: Any, ref: str) -> int:
    sql = "select booking.id from booking join resource on resource.id = resource_id where ref = :ref"
    return int(desk.run(sql, ref=ref)[0][0])


def _lines(desk: Any) -> list[Any]:
    """What the audit says of brokers who read a home; the matching's own readings are others."""
    with desk.owner.connect() as connection:
        assert audit.verify(connection).broken == ()
        return [
            line
            for line in audit.lines(connection, what="home-read")
            if line["about"].startswith("resource-row/")
        ]


def test_a_home_is_told_when_all_have_said_yes_and_each_reading_is_written_down(
    desk: Any, proposed: int
) -> None:
    address, before = f"/broker/bundles/{proposed}/home", len(_lines(desk))
    booking = _booking(desk, "steward")
    assert "Where they set out from" not in desk.get(AT).text
    refused = desk.post(address, AT, booking=booking)
    assert refused.status_code == 409
    assert POSTCODE not in refused.text
    assert len(_lines(desk)) == before

    assert desk.post(f"/broker/bundles/{proposed}/confirm", AT).status_code == 303
    page = desk.get(AT).text
    assert page.count("Where they set out from</button>") == 1, "of the person, not of the hall or projector"
    assert POSTCODE not in page
    for count in (1, 2):
        told = desk.post(address, AT, booking=booking)
        assert told.status_code == 200
        assert POSTCODE in told.text
        assert "353411" not in told.text, "the very place only of those who chose so"
        assert told.headers["Cache-Control"] == "no-store"
        assert len(_lines(desk)) == before + count
    line = _lines(desk)[0]
    assert line["who"] == f"account {line['account_id']}"
    assert line["detail"] == {"bundle": proposed}
    assert "Steward" not in str(line)
    assert POSTCODE not in str(line)

    hall = _booking(desk, "near-hall")
    assert desk.post(address, AT, booking=hall).status_code == 404, "a hall has no home"
    assert desk.post(address, AT, booking=booking + 999).status_code == 404
    assert desk.get(address).status_code == 405


def test_while_one_of_them_has_not_said_yes_nobody_is_told_where_another_lives(
    desk: Any, proposed: int
) -> None:
    """Nor when all is called off again: each booking speaks for its own person, in its own bundle."""
    address, booking = f"/broker/bundles/{proposed}/home", _booking(desk, "steward")
    before = len(_lines(desk))
    desk.run("update booking set status = 'confirmed', held_until = null where id <> :id", id=booking)
    for status in ("proposed", "confirmed", "cancelled"):
        if status != "proposed":
            desk.run(
                "update booking set status = :status, held_until = null, reason = 'ill' where id = :id",
                status=status, id=booking,
            )  # fmt: skip
        answer = desk.post(address, AT, booking=booking)
        assert answer.status_code == (200 if status == "confirmed" else 409), status
        assert (POSTCODE in answer.text) is (status == "confirmed")
    assert len(_lines(desk)) == before + 1


def test_the_very_place_is_told_of_whoever_chose_to_give_it(desk: Any, proposed: int) -> None:
    desk.run("update homes.home set exact = true")
    desk.post(f"/broker/bundles/{proposed}/confirm", AT)
    told = desk.post(f"/broker/bundles/{proposed}/home", AT, booking=_booking(desk, "steward"))
    assert "353411 east, 303822 north" in told.text
    desk.run("delete from homes.home")
    told = desk.post(f"/broker/bundles/{proposed}/home", AT, booking=_booking(desk, "steward"))
    assert "No home is kept" in told.text
