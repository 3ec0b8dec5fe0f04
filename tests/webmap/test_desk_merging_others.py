"""Merging that is not of halls or not by the desk's page: groups, people with homes, the command."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from geomatch.cli.merging import merge as merge_command
from tests.webmap.merges import merge, restored, undo


@pytest.fixture(autouse=True)
def _as_at_first(desk: Any) -> Iterator[None]:
    with restored(desk):
        yield


def test_groups_become_one_with_what_they_offer_and_ask_for(desk: Any) -> None:
    assert merge(desk, "kit", "halls", kind="organisations", email="gone").status_code == 303
    assert desk.run(
        "select count(*) from resource join organisation on organisation.id = organisation_id "
        "where organisation.ref = 'kit'"
    ) == [(4,)], "three halls and a beamer"
    assert desk.run("select email from organisation where ref = 'kit'") == [("keys@hall.example",)]
    assert (
        desk.get("/broker/organisations/halls/edit").headers["Location"] == "/broker/organisations/kit/edit"
    )


def test_whoever_waits_to_belong_to_a_group_waits_at_the_one_it_became(desk: Any) -> None:
    desk.run("insert into people.account (email) values ('asks@example.org'), ('belongs@example.org')")
    desk.run(
        "insert into people.joining (account_id, organisation_id, words) "
        "select account.id, organisation.id, 'I have the keys' from people.account, organisation "
        "where account.email in ('asks@example.org', 'belongs@example.org') and ref = 'halls'"
    )
    desk.run(
        "insert into people.member (account_id, organisation_id) select account.id, organisation.id "
        "from people.account, organisation where account.email = 'belongs@example.org' and ref = 'kit'"
    )
    assert merge(desk, "kit", "halls", kind="organisations").status_code == 303
    assert desk.run(
        "select account.email, words from people.joining join people.account on account.id = account_id "
        "join organisation on organisation.id = organisation_id where ref = 'kit'"
    ) == [("asks@example.org", "I have the keys")]
    desk.run("delete from people.account where email in ('asks@example.org', 'belongs@example.org')")


def test_a_persons_home_goes_along_unseen_and_the_other_is_put_aside(desk: Any) -> None:
    desk.run(
        "insert into resource (county_id, ref, kind, subkind, name, travels, mode, geom, precision_metres) "
        "select county_id, 'again', 'volunteer', 'steward', 'Steward again', 'resource', 'car', "
        "'SRID=27700;POINT(353500 303500)', 1000 from resource where ref = 'steward'"
    )
    for ref, spot in (("steward", "352111 303111"), ("again", "353222 303222")):
        desk.run(
            "insert into homes.home (resource_id, geom) select id, cast(:spot as geometry) "
            "from resource where ref = :ref",
            spot=f"SRID=27700;POINT({spot})",
            ref=ref,
        )
    page = desk.get("/broker/merge/resources/steward?with=again").text
    assert "352111" not in page
    assert "353222" not in page
    assert merge(desk, "steward", "again", place="gone").status_code == 303
    homes = (
        "select ST_AsText(home.geom) from homes.home join resource on resource.id = resource_id "
        "where ref = 'steward'"
    )
    assert desk.run(homes) == [("POINT(353222 303222)",)]
    assert desk.run("select ST_AsText(geom) from homes.parked") == [("POINT(352111 303111)",)]
    broker = desk.site.app.extensions["geomatch"].desk
    with broker.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        connection.execute(sa.text("select * from homes.parked"))
    undo(desk)
    assert desk.run(homes) == [("POINT(352111 303111)",)]
    assert desk.run("select count(*) from homes.parked") == [(0,)]
    desk.run("delete from homes.home")
    desk.run("delete from resource where ref = 'again'")


def test_by_command_the_same(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = desk.owner.url.render_as_string(hide_password=False)
    said = CliRunner().invoke(
        merge_command,
        ["resources", "small-hall", "near-hall", "--take", "name=gone", "--json"],
        env={"GEOMATCH_DATABASE_URL": url},
    )
    assert json.loads(said.stdout)["kept"] == "small-hall"
    assert desk.run("select name from resource where ref = 'small-hall'") == [("Near Hall",)]
    refused = CliRunner().invoke(
        merge_command,
        ["resources", "small-hall", "next-hall", "--take", "colour=gone"],
        env={"GEOMATCH_DATABASE_URL": url},
    )
    assert "neither record says 'colour'" in str(refused.exception)
