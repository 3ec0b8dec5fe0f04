"""An administrator tells somebody everything, or erases them, by forms; a line each, without a name."""

import json
from typing import Any

from geomatch.db import audit

EMAIL, AT = "ada@rights.example", "/admin/rights/"


def _add(desk: Any) -> None:
    desk.run(
        "insert into people.account (email, name) values (:email, 'Ada Byron') on conflict do nothing",
        email=EMAIL,
    )
    desk.run(
        "insert into people.contact (county_id, resource_id, name, email, consent_how, consent_on, "
        "recorded_by) select county_id, id, 'Ada Byron', :email, 'telephone', current_date, 'desk' "
        "from resource where ref = 'steward' "
        "and not exists (select from people.contact where email = :email)",
        email=EMAIL,
    )


def _lines(desk: Any, what: str) -> list[Any]:
    with desk.owner.connect() as connection:
        return list(audit.lines(connection, what=what))


def test_everything_about_somebody_is_a_file_of_either_kind_and_a_line_of_the_audit(desk: Any) -> None:
    _add(desk)
    before = len(_lines(desk, "export"))
    told = desk.post(AT + "export", AT, who=EMAIL.upper(), way="by telephone", file="json")
    assert told.headers["Content-Disposition"].endswith("everything-about-one-person.json")
    assert told.headers["Cache-Control"] == "no-store"
    assert {"resource", "people.account", "people.contact"} <= set(json.loads(told.text)["records"])
    sheet = desk.post(AT + "export", AT, who=EMAIL, way="by letter", file="csv")
    assert "people.account,1,email," + EMAIL in sheet.text
    lines = _lines(desk, "export")
    assert len(lines) == before + 2
    assert (lines[0]["why"], lines[1]["why"]) == ("asked by letter", "asked by telephone")
    assert all(line["who"] == f"account {line['account_id']}" for line in lines[:2])
    assert EMAIL not in str(lines)
    nobody = desk.post(AT + "export", AT, who="nobody@rights.example")
    assert nobody.status_code == 400
    assert "expected an e-mail address" in nobody.text
    assert desk.post(AT + "export", AT, who=EMAIL, way="by pigeon").status_code == 400


def test_an_erasure_wants_the_same_typed_twice(desk: Any) -> None:
    _add(desk)
    before = len(_lines(desk, "erasure"))
    assert desk.get("/resources/steward").status_code == 200
    for again in ("", "ada@rights.exampl"):
        refused = desk.post(AT + "erase", AT, who=EMAIL, again=again)
        assert refused.status_code == 400
        assert f'value="{EMAIL}"' in refused.text, "what was typed is not lost"
    assert len(_lines(desk, "erasure")) == before
    assert desk.run("select count(*) from people.account where email = :email", email=EMAIL) == [(1,)]

    assert desk.post(AT + "erase", AT, who=EMAIL, again=EMAIL.upper(), way="in person").status_code == 303
    assert "erased-" in desk.get(AT).text
    [line] = _lines(desk, "erasure")[: len(_lines(desk, "erasure")) - before]
    assert (line["why"], line["who"]) == ("asked in person", f"account {line['account_id']}")
    assert line["detail"]["people.account"] == 1
    assert EMAIL not in str(line)
    assert desk.run("select count(*) from people.account where email = :email", email=EMAIL) == [(0,)]
    assert desk.get("/resources/steward").status_code == 404
