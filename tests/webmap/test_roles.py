"""Who holds which role: given, taken, written down, and never by nobody."""

import pytest
import sqlalchemy as sa

from geomatch.db import accounts, audit
from geomatch.errors import ConflictError, InputError
from geomatch.services import people, signing
from geomatch.services.booking import By
from geomatch.services.people import Wish
from tests.webmap.letterbox import GOOD, HERE, KEYS, NOW, House, came


def test_a_closed_account_opens_nothing_and_somebody_is_left_to_manage(house: House) -> None:
    by = By("command", NOW)
    first, token = people.invite(house.owner, "adm@vale.example", "Adm", [Wish("administrator")], by)
    second = house.account("tmp@vale.example", password=GOOD)
    session = signing.by_password(house.door, KEYS, "tmp@vale.example", GOOD, HERE)
    people.close(house.door, second, by, yes=True)
    assert session
    assert came(house, session) is None
    assert signing.by_password(house.door, KEYS, "tmp@vale.example", GOOD, HERE) is None
    with house.owner.begin() as connection:
        connection.execute(
            sa.text("delete from people.role_held where role = 'administrator' and account_id <> :n"),
            {"n": first},
        )
        [role] = accounts.role_rows(connection, first)
    for way in (
        lambda: people.close(house.door, first, by, yes=True),
        lambda: people.take(house.door, first, role["id"], by),
    ):
        with pytest.raises(ConflictError, match="nobody would be left"):
            way()
    assert signing.by_link(house.door, token, HERE)


def test_every_change_of_a_role_is_written_down_without_names(house: House) -> None:
    by = By("Ann Smith", NOW, 7)
    number, _ = people.invite(house.owner, "role@vale.example", "Role Holder", [Wish("broker", "vale")], by)
    with house.owner.connect() as connection:
        [role] = accounts.role_rows(connection, number)
    people.take(house.door, number, role["id"], by)
    with house.owner.connect() as connection:
        lines = audit.lines(connection, what="role-change", about=f"account/{number}")
        assert audit.verify(connection).broken == ()
    assert [(line["who"], line["detail"]["did"], line["detail"]["role"]) for line in lines] == [
        ("account 7", "taken", "broker"),
        ("account 7", "given", "broker"),
    ]
    assert "Holder" not in str(lines)
    assert "role@" not in str(lines)


@pytest.mark.parametrize(
    "wish",
    [Wish("king"), Wish("broker", "atlantis"), Wish("ljc_member"), Wish("ljc_member", "vale", "ljc/nowhere"),
     Wish("broker", "vale", "ljc/x")],
)  # fmt: skip
def test_no_role_is_given_that_there_is_not(house: House, wish: Wish) -> None:
    with pytest.raises(InputError):
        people.invite(house.owner, "none@vale.example", "", [wish], By("command", NOW))
    with house.owner.connect() as connection:
        assert accounts.by_email(connection, "none@vale.example") is None
