"""Whatever is sent to any address, nobody gets a traceback and nothing is changed.

The addresses come from the application's own table, so that a new one is included by itself.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter, IntegerConverter

import webmap
from geomatch.db import engine
from geomatch.services.database import APP_ROLE, DESK_ROLE
from webmap.desk.intake_fields import FORMS, ROLE, named
from webmap.desk.intake_forms import role_field

SQL = [
    "' or 1=1 --",
    "'; drop table need; --", '" or ""="', "1; select pg_sleep(9)", "') union select 1 --", "%27",
    "\\'; delete from resource; --", "$$; drop schema homes cascade; $$",
    ":county", "%s", "%(ref)s", "{0}",
    "'||(select current_user)||'", "1/**/or/**/1=1", "0x27", "need\\",
    "null; --", "cast('x' as int)", "a'b''c",
]  # fmt: skip
HTML = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(2)>",
    "\"><svg onload=alert(3)>", "javascript:alert(4)",
    "{{ 7*191 }}", "${alert(1)}", "</textarea><b>", "<!--", "]]>", "&lt;b&gt;",
    "' onmouseover='x", "{% raw %}",
    "#{7*7}", "%3Cscript%3E", "<a href='//x'>", "\\u003cscript\\u003e",
]  # fmt: skip
NUMBERS = [
    "nan", "NaN", "-nan", "inf", "-inf", "Infinity", "1e309", "-1e309", "1e-400",
    "99999999999999999999", "-1", "-0",
    "0x10", "1_000", "1,000.5", "12.5.1", "--5", "+-5", "½", "٣", "1e", "e5",
    "9" * 400, "4294967296000", "1.0.0",
    "18446744073709551616", "-9223372036854775809", "0b11", "1/0", "ⅷ", "１２",
]  # fmt: skip
PLACES = [
    "52.7077,-2.7541,9", "-2.7541;52.7077", "91,181", "-181,91", "nan,nan",
    "inf,-inf", "286000,344000,1", "SY7 8BQ'",
    "parish/", "/E04011198", "parish/../../etc", "9e99/9e99/9e99", "1,2,3,4,5",
    "3,2,1,0", "-2,52,-2,52", "a,b,c,d",
]  # fmt: skip
DAYS = [
    "9999-12-31", "0000-00-00", "2026-02-30", "2026-13-01", "-0001-01-01",
    "10000-01-01", "31/12/2026", "yesterday",
    "2026-12-03T25:00", "2026-12-03 19:00-",
    "9999-12-31 23:00-9999-12-31 24:00", "2026-12-03 24:01-24:02",
    "every 0 weeks Mon 09:00-10:00", "every 999999999 weeks Mon 09:00-10:00",
    "Mon 09:00-10:00 until 0001-01-01",
]  # fmt: skip
FORMULAS = [
    start + body
    for start in ("=", "+", "-", "@", "\t=", "\r=")
    for body in ("cmd|' /C calc'!A0", "HYPERLINK(\"http://x\")", "1+1;", "SUM(A1:A9)*x")
]  # fmt: skip
UNSEEN = ["a" + chr(code) + "b" for code in (*range(32), 127, 0x85, 0x2028, 0x202E, 0x2066, 0xFEFF)]
PATHS = [
    "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "C:\\windows",
    "file:///etc/passwd", "//x.example/", ".", "..",
    "CON", "a/../b", "%00", "%zz", "\\\\x\\y", "~root", "|id", "`id`", "$(id)",
    "&& id", "; id", "http://169.254.1.1/",
]  # fmt: skip
TEXTS = ["x" * 20_000, "é" * 9_000, "𝔘" * 3_000, "[" * 5_000, "(" * 5_000 + "a", "a;" * 5_000, "-" * 8_000]
OTHERS = [
    "null", "None", "undefined", "true false", "[]", "{}", '{"$gt": ""}',
    "[object Object]", "\u202eabc", "a\u0301" * 300,
    "🏚️", "ＳＹ７", "\\", "\\\\", "'", '"', "`", "%", "_%", "^(a+)+$", "(?i)", "*",
    "?a=b&c=d", "#x", "a=b;c=d", "!",
]  # fmt: skip
HOSTILE = [*SQL, *HTML, *NUMBERS, *PLACES, *DAYS, *FORMULAS, *UNSEEN, *PATHS, *TEXTS, *OTHERS]

PARAMETERS = (
    "county", "kind", "within", "limit", "offset", "state", "q", "bbox",
    "zoom", "show", "areas", "page", "at",
    "place", "spot", "near", "max_minutes", "mode", "by", "minutes",
    "from", "to", "ref", "token", "kept",
)  # fmt: skip
"""Names under which anything may be read from an address."""

FREE = ("q", "place", "near")
"""Parameters in which a person may type whatever they like."""

FREE_CELLS = {"title", "name", "description", "subkind", "substitutes",
    "role", "themes", "email", "telephone"} | {
    "url",
    "dbs_seen_by",
    "carries",
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile_site(own_site: Any, signed_in: Callable[..., str]) -> Iterator[Any]:
    url = own_site.owner.url.render_as_string(hide_password=False)
    app_door, desk_door = (engine.connect(url, role=role) for role in (APP_ROLE, DESK_ROLE))
    config = webmap.WebConfig(reads_per_second=1_000_000)
    app = webmap.create_app(app_door, config=config, desk=desk_door, matcher=own_site.owner)
    signed_in(app, own_site.owner, "broker", "administrator")
    app.config["WTF_CSRF_ENABLED"] = False
    yield app, own_site.owner
    app_door.dispose()
    desk_door.dispose()


def _rules() -> list[Rule]:
    """Every address of the application; making it opens no connection."""
    door = sa.create_engine("postgresql+psycopg://")
    app = webmap.create_app(door, desk=door)
    # some take nothing from whoever asks: they match, or sign out, whatever is sent, and so change things
    spared = ("assets.", "desk.make_round", "account.sign_out", "account.end_others", "account.new_codes",
        "account.make_token", "account.set_up")  # fmt: skip
    return [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith(spared)]


RULES = _rules()


def _checksums(owner: sa.Engine) -> dict[str, str]:
    """Of every table, a sum over all its rows in any order; but not of when somebody was last here."""
    with owner.connect() as connection:
        names = connection.execute(
            sa.text(
                "select format('%I.%I', schemaname, tablename) from pg_tables "
                "where schemaname in ('public', 'people', 'homes') "
                "and tablename not in ('spatial_ref_sys', 'session', 'attempt')"
            )
        ).scalars()
        return {
            name: str(
                connection.scalar(
                    sa.text(
                        f"select count(*) || ' ' || coalesce(sum(hashtext(t::text)::bigint), 0) from {name} t"
                    )
                )
            )
            for name in names.all()
        }


def _address(client: FlaskClient, rule: Rule, value: str) -> str | None:
    """The rule's address with the value in every part that takes text; None where it cannot stand there."""
    parts: dict[str, Any] = {}
    for name in rule.arguments - set(rule.defaults or ()):
        converter = rule._converters[name]
        parts[name] = sorted(converter.items)[0] if isinstance(converter, AnyConverter) else value
    if any(isinstance(each, IntegerConverter) for each in rule._converters.values()):
        return re.sub("<[^>]*>", quote(value, safe=""), rule.rule)
    built = rule.build(parts)
    return built[1] if built else None


def _harmless(answer: Any) -> None:
    assert answer.status_code < 500, (answer.request.url[:200], answer.status_code)
    assert "Traceback" not in answer.text
    assert "psycopg" not in answer.text
    if answer.mimetype == "text/html":
        assert "<script>alert(1)" not in answer.text
        assert "<img src=x" not in answer.text


def test_there_are_two_hundred_hostile_values() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 200


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.endpoint}-{rule.rule}")
def test_no_address_is_shaken_by_a_hostile_value(hostile_site: Any, rule: Rule) -> None:
    app, owner = hostile_site
    client, before = app.test_client(), _checksums(owner)
    free = {name for name, each in rule._converters.items() if not isinstance(each, AnyConverter)}
    in_path = bool(free - set(rule.defaults or ()))
    step = 2 if in_path else 3
    for number, value in enumerate(HOSTILE[RULES.index(rule) % step :: step]):
        address = _address(client, rule, value if in_path else "x")
        name = PARAMETERS[(number + RULES.index(rule)) % len(PARAMETERS)]
        if address is None or len(address) > 100_000:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
            query = {} if in_path else {name: value}
            answer = client.open(address, method=method, query_string=query, data=b"")
            _harmless(answer)
            read = rule.endpoint.startswith("api.") and name not in FREE and not in_path
            if in_path or read:
                assert 300 <= answer.status_code < 500, (method, address[:100], query)
    assert _checksums(owner) == before


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_no_form_takes_a_hostile_value(hostile_site: Any, kind: str) -> None:
    app, owner = hostile_site
    client, before = app.test_client(), _checksums(owner)
    names = [each.name for each in named(FORMS[kind])]
    roles = [role_field(0, each.name) for each in named(ROLE)] if kind == "needs" else []
    good = {"title": "T", "name": "T", "kind": "venue", "role-0-kind": "venue", "roles": "1", "do": "sure"}
    typed = [name for name in (*names, *roles) if name.removeprefix("role-0-") not in FREE_CELLS]
    for number, value in enumerate(HOSTILE):
        everywhere = dict.fromkeys((*names, *roles), value) | {"do": "sure"}
        if number % 3 == 0:
            answer = client.post(f"/broker/{kind}/new", data=everywhere)
            _harmless(answer)
            if kind != "organisations" or any(ord(letter) < 32 for letter in value):
                assert 400 <= answer.status_code < 500, value[:50]
        if value.strip(" \t\r\n"):
            one = typed[number % len(typed)]
            answer = client.post(f"/broker/{kind}/new", data=good | {one: value})
            _harmless(answer)
            if answer.status_code == 303:
                pytest.fail(f"{one} took {value[:60]!r}")
    assert _checksums(owner) == before


@pytest.mark.parametrize("kind", ["needs", "resources"])
def test_no_program_gets_a_hostile_value_in(hostile_site: Any, kind: str) -> None:
    app, owner = hostile_site
    client, before = app.test_client(), _checksums(owner)
    good: dict[str, Any] = {"id": "x", "title" if kind == "needs" else "name": "T", "kind": "venue"}
    cells = ["easting", "postcode", "quantity", "mode", "max_minutes", "features", "organisation", "lon"]
    for number, value in enumerate(HOSTILE):
        answer = client.post(f"/api/v1/{kind}", json=good | {cells[number % len(cells)]: value})
        _harmless(answer)
        assert 400 <= answer.status_code < 500, (cells[number % len(cells)], value[:60])
    bodies = [
        "",
        "null",
        "[]",
        "1",
        '"x"',
        "[1]",
        "[[]]",
        "{",
        '{"id": NaN}',
        '{"id": {}}',
        "[" * 3_000,
        '{"id": 1e999}',
    ]
    bodies += [
        '{"id": "x", "kind": "venue", "colour": 1}',
        "\x00",
        '[{"id": []}]',
        '{"quantity": 1' + "0" * 5_000 + "}",
    ]
    for body in bodies:
        answer = client.post(f"/api/v1/{kind}", data=body, content_type="application/json")
        _harmless(answer)
        assert 400 <= answer.status_code < 500, body[:60]
    many = json.dumps([good] * 1_001)
    assert client.post(f"/api/v1/{kind}", data=many, content_type="application/json").status_code == 400
    assert _checksums(owner) == before


def test_ten_megabytes_are_turned_away_at_the_door(hostile_site: Any) -> None:
    app, owner = hostile_site
    client, before = app.test_client(), _checksums(owner)
    ten = "x" * 10_000_000
    assert client.post("/broker/needs/new", data={"title": ten}).status_code == 413
    assert client.post("/api/v1/needs", data=ten, content_type="application/json").status_code in (400, 413)
    form = "multipart/form-data; boundary=x"
    assert client.post("/broker/import", data=ten, content_type=form).status_code == 413
    assert _checksums(owner) == before


def test_no_spreadsheet_brings_a_hostile_value_in(hostile_site: Any) -> None:
    app, owner = hostile_site
    client, before = app.test_client(), _checksums(owner)
    for value in HOSTILE[::4]:
        for content in (value, f"id,kind,name\nx,{value},T\n", f"id,kind,name,{value}\nx,venue,T,1\n"):
            name = "t.csv" if value in HOSTILE[::8] else f"{value[:50]}.csv"
            sent = {"kind": "resources", "file": (BytesIO(content.encode("utf-8", "ignore")), name)}
            _harmless(client.post("/broker/import", data=sent))
    packed = client.post("/broker/import", data={"kind": "needs", "given": "eJwrAAAAeQB5", "do": "keep"})
    assert packed.status_code == 400
    assert _checksums(owner) == before


WHEN = {"day": f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}", "from": "19:00", "to": "21:00"}
BUNDLE = {"pick-role0": "hall"} | WHEN
REPEATS = {"repeats": "words", "words": "1st Tue", "until": "2199-01-01", "only": "", "never": "", "also": ""}
CONSENT = {"consent_how": "telephone", "consent_on": "2026-11-01", "agreed": "yes"}
ELSEWHERE = {
    "/broker/bundle/warm": (
        BUNDLE,
        ("day", "from", "to", "into", "replaces", "round", "series", "pick-role0"),
    ),
    "/broker/series/warm/dates": (BUNDLE | REPEATS, (*REPEATS, "except", "offered", "day")),
    "/broker/merge/resources/hall": ({"with": "far-hall"}, ("with", "take-name", "take-place", "take-x")),
    "/broker/contacts/need/warm": (CONSENT | {"telephone": "1"}, ("consent_how", "consent_on", "email")),
    "/broker/bundles/1/end": ({"status": "released", "booking": "1", "reason": "x"}, ("status", "booking")),
    "/broker/series/1/end": ({"status": "released", "reason": "x"}, ("status", "reason")),
    "/broker/asks/1/answer": ({"how": "letter", "answer": "yes"}, ("how", "answer", "reason")),
    "/broker/round/1": ({"accept": "warm"}, ("accept", "reject")),
}
"""Forms of the desk that are otherwise good, and the fields that are to be told apart."""


@pytest.mark.parametrize("path", sorted(ELSEWHERE))
def test_no_form_of_the_desk_takes_a_hostile_value(hostile_site: Any, path: str) -> None:
    app, owner = hostile_site
    client = app.test_client()
    client.get("/broker/needs/warm")  # whoever looks at journeys first keeps the roads for the next
    before, (good, fields) = _checksums(owner), ELSEWHERE[path]
    for number, value in enumerate(HOSTILE[len(path) % 2 :: 2]):
        name = fields[number % len(fields)]
        answer = client.post(path, data=good | {name: value})
        _harmless(answer)
        assert 400 <= answer.status_code < 500 or not value.strip(), (name, value[:60])
    assert _checksums(owner) == before


@pytest.mark.parametrize("path", sorted(ELSEWHERE))
def test_nothing_unreadable_is_written_down_at_the_desk(hostile_site: Any, path: str) -> None:
    app, owner = hostile_site
    client, before = app.test_client(), _checksums(owner)
    for value in UNSEEN[:32:5]:
        if not value.strip().isspace() and "\t" not in value and "\n" not in value and "\r" not in value:
            for name in ("reason", "name", "consent_words", "despite-role0"):
                answer = client.post(path, data=ELSEWHERE[path][0] | {name: value})
                assert answer.status_code == 400
                assert name in answer.text
    assert _checksums(owner) == before
