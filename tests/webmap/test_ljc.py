"""An LJC's own page: the same numbers in every form, kept for every quarter, for its members alone."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest
import sqlalchemy as sa
from page import validate_pdf_bytes

import webmap
from geomatch.db import engine
from geomatch.errors import InputError
from geomatch.services import quarters
from geomatch.services.database import APP_ROLE, DESK_ROLE
from geomatch.times import Quarter
from webmap.ljc import choropleth, pdf

TODAY = datetime.now(ZoneInfo("Europe/London")).date()
NOW, BEFORE = Quarter.of(TODAY), Quarter.of(TODAY).before(1)
SECRET = b"x" * 32


class Members:
    """The small county with two quarters kept, and its pages as a member's browser asks for them."""

    def __init__(self, owner: sa.Engine, app: Any) -> None:
        self.owner, self.client = owner, app.test_client()

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, headers={"Host": "localhost"}, **more)

    def post(self, path: str, **data: Any) -> Any:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/ljc/west-vale/targets").text)
        assert found
        headers = {"Host": "localhost", "Origin": "http://localhost"}
        return self.client.post(path, data={"csrf_token": found[1], **data}, headers=headers)

    def keep(self, quarter: Quarter | None = None) -> dict[str, Any]:
        return quarters.keep(self.owner, quarters.Asked(None, SECRET, TODAY, quarter))


@pytest.fixture(scope="module")
def members(own_site: Any, signed_in: Callable[..., str]) -> Iterator[Members]:
    url = own_site.owner.url.render_as_string(hide_password=False)
    with own_site.owner.begin() as connection:
        for day, of in ((BEFORE.last, "min"), (TODAY, "max")):
            connection.execute(
                sa.text(
                    f"update matching_run set as_of = :day where id = (select {of}(id) from matching_run)"
                ),
                {"day": day},
            )
    desk, reader = engine.connect(url, role=DESK_ROLE), engine.connect(url, role=APP_ROLE)
    app = webmap.create_app(reader, config=webmap.WebConfig(secret="s" * 40), desk=desk)
    signed_in(app, own_site.owner, "ljc_member", area="ljc/west-vale")
    found = Members(own_site.owner, app)
    found.keep(BEFORE)
    found.keep()
    yield found
    for each in (desk, reader):
        each.dispose()


def cells(page: str, table: str) -> dict[str, list[str]]:
    """Rows of the table of some class on a page, by the row's name, with their other cells in words."""
    body = re.search(rf'<table class="figures {table}">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    assert body, table
    rows = {}
    for row in re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL):
        name = re.search(r"<th[^>]*>(.*?)</th>", row, re.DOTALL)
        assert name
        told = [re.sub(r"<[^>]+>", "", each).strip() for each in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        rows[re.sub(r"<[^>]+>", "", name[1]).strip()] = told
    return rows


def test_page_pdf_table_map_and_api_tell_the_same_numbers(members: Members) -> None:
    page = cells(members.get("/ljc/west-vale").text, "parishes")
    told = members.get("/api/v1/ljc/west-vale").json
    assert set(page) == {row["name"] for row in told["parishes"]} == {"Parish 00", "Parish 01"}
    whole = {row["name"]: row for row in told["parishes"]}
    table = members.get(f"/ljc/west-vale/{NOW}.csv")
    assert table.data.startswith(b"\xef\xbb\xbf")
    rows = {
        (row["kind"], row["name"]): row for row in csv.DictReader(io.StringIO(table.text.lstrip("\ufeff")))
    }
    drawn = {
        row["properties"]["name"]: row
        for row in members.get(f"/ljc/west-vale/{NOW}.geojson").json["features"]
    }
    printed = pypdf.PdfReader(io.BytesIO(members.get(f"/ljc/west-vale/{NOW}.pdf").data))
    words = " ".join(" ".join(each.extract_text() for each in printed.pages).split())
    for name, row in whole.items():
        shown = page[name]
        assert shown[3:5] == [str(row["needs"]), str(row["unmatched"])]
        assert drawn[name]["geometry"]["type"] == "MultiPolygon"
        for figure in ("needs", "unmatched", "offers", "groups"):
            assert str(row[figure]) == rows["parish", name][figure] == str(drawn[name]["properties"][figure])
        assert " ".join([shown[0], name, *shown[1:]]) in words
    total = told["figures"]
    assert (total["needs"], total["matched"], total["unmatched"]) == (5, 2, 3)
    assert (
        sum(row["needs"] for row in whole.values())
        == total["needs"]
        == int(rows["ljc", "West Vale"]["needs"])
    )
    assert sum(row["needs"] for row in told["wards"]) == total["needs"]
    assert "Needs matched 2 of 5 (40%)" in words
    assert members.get(f"/ljc/west-vale/{NOW}.json").json == told


def test_the_pdf_is_tagged_titled_and_short(members: Members) -> None:
    answer = members.get(f"/ljc/west-vale/{NOW}.pdf")
    assert answer.content_type == "application/pdf"
    printed = pypdf.PdfReader(io.BytesIO(answer.data))
    assert len(printed.pages) <= 4
    assert printed.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert printed.trailer["/Root"]["/Lang"] == "en-GB"
    assert printed.metadata
    assert printed.metadata.title == f"West Vale, {_words(NOW)}"


def test_the_pdf_keeps_the_rules_of_pdf_ua_1(members: Members) -> None:
    for quarter in (NOW, BEFORE):
        found = validate_pdf_bytes(members.get(f"/ljc/west-vale/{quarter}.pdf").data, profile="ua1")
        assert found.is_compliant, [(each.rule_id, each.message) for each in found.failures]


def test_the_map_of_an_ljc_shows_the_main_roads_across_it(members: Members) -> None:
    drawn = members.get("/ljc/west-vale").text.split('class="choropleth"')[1].split("</svg>")[0]
    assert drawn.count(choropleth._ROAD) >= 1
    assert drawn.count(choropleth._ROAD_B) == 1


def _words(quarter: Quarter) -> str:
    return f"{quarter.first:%B} to {quarter.last:%B} {quarter.year}"


def test_a_pdf_asks_nobody_for_anything(members: Members, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="asks nobody"):
        pdf._nobody("http://127.0.0.1:1/x.png")
    asked: list[str] = []
    monkeypatch.setattr(pdf, "_nobody", lambda url, *_, **__: asked.append(url))
    assert members.get(f"/ljc/west-vale/{NOW}.pdf").status_code == 200
    assert asked == []


def test_without_pango_the_page_says_so(members: Members, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "possible", lambda: False)
    page = members.get("/ljc/west-vale").text
    assert "PDFs cannot be made on this machine" in page
    assert ".pdf" not in page
    answer = members.get(f"/ljc/west-vale/{NOW}.pdf")
    assert answer.status_code == 503
    assert "apt-get install libpango-1.0-0" in answer.text


def test_unmet_needs_come_with_their_why_not(members: Members) -> None:
    text = members.get("/ljc/west-vale").text
    assert "not enough to go round between it and 1 other need" in text
    assert "5 things are offered; 4 are of another kind" in re.sub(r"\s+", " ", text)
    assert "&lt;img src=x onerror=alert(2)&gt;" in text
    assert "7*191" in text
    assert "1337" not in text


def test_wishes_for_one_day_have_a_line_of_their_own_and_are_counted_nowhere(members: Members) -> None:
    before = members.get("/api/v1/ljc/west-vale").json["figures"]
    with members.owner.begin() as connection:
        for ref, title, parish in (("cafe", "A café one day", "parish-00"), ("pool", "A pool", "parish-10")):
            connection.execute(
                sa.text(
                    "insert into need (county_id, ref, title, mode, parish_code, division_code, aspiration) "
                    "select id, :ref, :title, 'car', :parish, 'division-0', true from county"
                ),
                {"ref": ref, "title": title, "parish": parish},
            )
    members.keep()
    try:
        page = members.get("/ljc/west-vale").text
        line = re.search(r'<p id="aspirations">(.*?)</p>', page)
        assert line
        assert "not counted above" in line[1]
        assert '<a href="/needs/cafe">A café one day</a>' in line[1]
        assert "A pool" not in page, "it is wished for in another committee's area"
        printed = pypdf.PdfReader(io.BytesIO(members.get(f"/ljc/west-vale/{NOW}.pdf").data))
        words = " ".join(" ".join(each.extract_text() for each in printed.pages).split())
        assert "Wished for one day, not counted above: A café one day." in words
        assert members.get("/api/v1/ljc/west-vale").json["figures"] == before
        assert 'id="aspirations"' not in members.get(f"/ljc/west-vale/{BEFORE}").text
    finally:
        with members.owner.begin() as connection:
            connection.execute(sa.text("delete from need where aspiration"))
        members.keep()


def test_change_is_told_against_the_quarter_before(members: Members) -> None:
    before = members.get(f"/api/v1/ljc/west-vale?quarter={BEFORE}").json
    now = members.get("/api/v1/ljc/west-vale").json
    assert now["before"] == before["figures"]
    assert now["year"] is None
    row = next(each for each in now["changes"] if each["key"] == "unmatched")
    assert (row["before"], row["now"], row["since"], row["since_year"]) == ("0", "3", "up 3", "")
    assert "up 3" in members.get("/ljc/west-vale").text
    assert (
        f"as it stood on {BEFORE.last.day} {BEFORE.last:%B %Y}"
        in members.get(f"/ljc/west-vale/{BEFORE}").text
    )


def test_a_quarter_that_is_over_stays_as_it_was(members: Members) -> None:
    with pytest.raises(InputError, match="over and kept"):
        members.keep(BEFORE)
    for change in (
        "update snapshot set illustrative = true where quarter = :q",
        "delete from snapshot where quarter = :q",
        "update snapshot_area set name = '' where snapshot_id = (select id from snapshot where quarter = :q)",
        "delete from snapshot_shape where snapshot_id = (select id from snapshot where quarter = :q)",
        "insert into snapshot_area select id, 'x', 'X', '{}' from snapshot where quarter = :q",
    ):
        with (
            pytest.raises(sa.exc.DBAPIError, match="kept as it was"),
            members.owner.begin() as connection,
        ):
            connection.execute(sa.text(change), {"q": str(BEFORE)})


def test_the_running_quarter_is_kept_anew(members: Members) -> None:
    told = members.keep()
    assert told["quarter"] == str(NOW)
    assert told["ljcs"] == 2
    with members.owner.connect() as connection:
        kept = connection.execute(sa.text("select quarter from snapshot order by as_of")).scalars().all()
    assert kept == [str(BEFORE), str(NOW)]


def test_targets_are_set_changed_measured_and_let_go(members: Members) -> None:
    form = {
        "indicator": "share_matched",
        "baseline": "20",
        "target": "60",
        "due": "2030-03-31",
        "owner": "Pat",
    }
    where = "/ljc/west-vale/targets"
    assert members.post(where, **form).status_code == 303
    target = members.get("/api/v1/ljc/west-vale").json["targets"][-1]
    assert (target["now"], target["from"], target["to"], target["told"]) == (
        "40%",
        "20%",
        "60%",
        "50% of the way",
    )
    assert "50% of the way" in members.get("/ljc/west-vale").text
    number = re.findall(r'name="number" value="([0-9]+)"', members.get(where).text)[-1]
    assert members.post(where, number=number, **(form | {"target": "40"})).status_code == 303
    assert members.get("/api/v1/ljc/west-vale").json["targets"][-1]["told"] == "reached"
    members.keep()
    assert members.get("/api/v1/ljc/west-vale").json["targets"][-1]["to"] == "40%"
    assert members.post(where, number=number, act="remove").status_code == 303
    assert members.get("/api/v1/ljc/west-vale").json["targets"] == []
    assert members.post(where, number=number, act="remove").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"target": "20"}, "another number than the baseline"),
        ({"target": "120"}, "a number from 0 to 100"),
        ({"baseline": "nan"}, "a number from 0 to 100"),
        ({"due": "soon"}, "a day, such as"),
        ({"owner": " "}, "some words"),
        ({"indicator": "happiness"}, "one of share_matched"),
    ],
)
def test_a_wrong_target_is_refused_by_name(members: Members, wrong: dict[str, str], said: str) -> None:
    form = {
        "indicator": "share_matched",
        "baseline": "20",
        "target": "60",
        "due": "2030-03-31",
        "owner": "Pat",
    }
    answer = members.post("/ljc/west-vale/targets", **(form | wrong))
    assert answer.status_code == 400
    assert said in answer.text
    assert next(iter(wrong)) in answer.text


def test_a_story_stands_on_the_page_of_its_quarter(members: Members) -> None:
    where = "/ljc/west-vale/stories"
    told = {"happened": TODAY.isoformat(), "words": "The <b>Singers</b> have a hall again."}
    assert members.post(where, **told).status_code == 303
    assert "The &lt;b&gt;Singers&lt;/b&gt; have a hall again." in members.get("/ljc/west-vale").text
    late = members.post(where, **(told | {"happened": BEFORE.last.isoformat()}))
    assert late.status_code == 400
    number = re.findall(r'name="number" value="([0-9]+)"', members.get("/ljc/west-vale/targets").text)[-1]
    assert members.post(where, number=number, act="remove").status_code == 303
    assert members.get("/api/v1/ljc/west-vale").json["stories"] == []


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"/ljc/west-vale/{NOW.year}-q5", 400, "such as 2026-q3"),
        ("/ljc/west-vale/1999-q1", 404, "Nothing is kept of the quarter 1999-q1"),
        (f"/ljc/west-vale/{NOW}.xls", 400, "pdf, csv, geojson, json"),
        ("/ljc/west-vale/targets.pdf", 400, "such as 2026-q3"),
    ],
)
def test_what_is_not_there_is_told_with_a_way_on(members: Members, path: str, status: int, said: str) -> None:
    answer = members.get(path)
    assert answer.status_code == status
    assert said in answer.text
    assert '<a href="/ljc/' in answer.text


def test_a_member_of_one_ljc_does_not_see_another(members: Members) -> None:
    for path in ("/ljc/east-vale", f"/ljc/east-vale/{NOW}.csv", "/ljc/east-vale/targets"):
        assert members.get(path).status_code == 403
    refused = members.get("/api/v1/ljc/east-vale")
    assert refused.status_code == 403
    assert refused.content_type == "application/problem+json"
    assert members.get("/ljc/west-vale").headers["Cache-Control"] == "no-store"


def test_a_stranger_is_asked_to_sign_in(members: Members) -> None:
    desk = engine.connect(members.owner.url.render_as_string(hide_password=False), role=DESK_ROLE)
    stranger = webmap.create_app(desk, desk=desk).test_client()
    answer = stranger.get(f"/ljc/west-vale/{NOW}")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"next=/ljc/west-vale/{NOW}")
    assert stranger.get("/api/v1/ljc/west-vale").status_code == 401
    desk.dispose()


@pytest.mark.parametrize(
    "table", ["snapshot", "snapshot_area", "snapshot_shape", "people.target", "people.story"]
)
def test_the_public_role_cannot_read_what_members_may(members: Members, table: str) -> None:
    door = engine.connect(members.owner.url.render_as_string(hide_password=False), role=APP_ROLE)
    with door.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        connection.execute(sa.text(f"select * from {table}"))
    door.dispose()


def test_shades_have_fixed_limits_and_what_was_never_asked_has_its_own() -> None:
    shades = [choropleth.shade(share) for share in (None, 0, 0.001, 0.0999, 0.1, 0.2, 0.3, 1)]
    assert shades == [None, 0, 1, 1, 2, 3, 4, 4]


def test_a_quarter_knows_its_days_and_neighbours() -> None:
    quarter = Quarter.read("2026-q1")
    assert (quarter.first, quarter.last) == (date(2026, 1, 1), date(2026, 3, 31))
    assert [str(quarter.before(each)) for each in (1, 4, -3)] == ["2025-q4", "2025-q1", "2026-q4"]
    for wrong in ("2026-q0", "2026q1", "26-q1", "2026-q1 ", "1026-q1", "２０２６-q1"):
        with pytest.raises(InputError, match="such as 2026-q3"):
            Quarter.read(wrong)


def test_a_sample_county_gets_earlier_quarters_that_say_so(members: Members) -> None:
    with members.owner.begin() as connection:
        connection.execute(sa.text("update county set illustrative = true"))
    members.keep()
    with members.owner.connect() as connection:
        found = connection.execute(sa.text("select quarter, illustrative from snapshot order by as_of")).all()
    assert [row.quarter for row in found] == [str(NOW.before(back)) for back in (5, 4, 3, 2, 1, 0)]
    assert [row.illustrative for row in found] == [True] * 4 + [False, True]
    old = members.get(f"/ljc/west-vale/{NOW.before(4)}").text
    assert "Illustrative: made up from the sample county’s present data" in old
    now = members.get("/api/v1/ljc/west-vale").json
    assert now["year"] is not None
    assert now["targets"]
    assert all(row["illustrative"] for row in now["targets"])
    with members.owner.begin() as connection:
        connection.execute(sa.text("update county set illustrative = false"))
