"""What is done at the desk leaves a line that names an account and ids, and nobody's words."""

from typing import Any

from geomatch.db import audit

REASON = "Mrs Evans of 3 Lower Row says it is fine"


def test_matches_and_overrides_are_written_down_by_number(desk: Any) -> None:
    chosen = {"pick-venue": "small-hall", "pick-projector": "beamer", "pick-steward": "steward"}
    address = "/broker/bundle/film-night?" + "&".join(f"{name}={ref}" for name, ref in chosen.items())
    page = desk.get(address).text
    assert "despite-venue" in page
    when = {"day": desk.window.lower.strftime("%Y-%m-%d"), "from": "19:00", "to": "21:00"}
    answer = desk.post("/broker/bundle/film-night", address, **chosen, **when, **{"despite-venue": REASON})
    assert answer.status_code == 303, answer.text
    with desk.owner.connect() as connection:
        overrides = audit.lines(connection, what="override")
        [match] = audit.lines(connection, what="match")
        assert audit.verify(connection).broken == ()
    assert len(overrides) == 1
    for line in (*overrides, match):
        assert line["who"] == f"account {line['account_id']}"
        assert "Evans" not in str(line)
    assert overrides[0]["about"].startswith("booking/")
    assert match["detail"]["did"] == "propose"
    assert match["about"].startswith("need/")
