"""Every figure of people by area that there is, laid beside every other: what differencing them tells."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.privacy import Audience
from geomatch.privacy.counts import FEWEST
from tests.privacy.peopled import DAYS, KINDS, Peopled, Where, peopled
from webmap import reports

ROLES = ("public", "contributor", "ljc_member", "broker")
_TOLD = r"(about [\d,]+|fewer than \d+, or not told)"
_CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)


@pytest.fixture(scope="module")
def county(make_database: Callable[[], str], signed_in: Callable[..., str]) -> Iterator[Peopled]:
    with peopled(make_database(), signed_in) as found:
        yield found


@dataclass(frozen=True)
class Heard:
    """One figure somewhere: of which area, who may read it, where it stood, and None for too few."""

    where: Where
    audience: Audience
    address: str
    value: int | None


def _value(words: str) -> int | None:
    return int(words.removeprefix("about ").replace(",", "")) if words.startswith("about") else None


def _rows(text: str) -> Iterator[tuple[str | None, str]]:
    """Of every row of tables with figures of people: the area's code, None for none, and the last cell."""
    for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL):
        cells = _CELL.findall(row)
        if cells and re.fullmatch(_TOLD, cells[-1]):
            code = re.search(r"/areas/\w+/([\w-]+)", cells[0])
            yield (code[1] if code else cells[0]), cells[-1]


def _tables(client: Any) -> Iterator[Heard]:
    today = DAYS[-1]
    asked = [(f"/areas/{kind}?on={day}", kind, day) for kind, day in product(KINDS, DAYS)]
    asked += [
        (f"/?areas={kind}{more}", kind, today)
        for kind in KINDS
        for more in ("", "&kind=volunteer", "&kind=skill", "&colour=coverage&kind=volunteer", "&show=offers")
    ]
    for address, kind, day in asked:
        found = list(_rows(client.get(address).text))
        assert found, address
        for code, words in found:
            if code.startswith("All of"):
                yield Heard(("county", None, today), Audience.PUBLIC, address, _value(words))
            else:
                inside = None if code == "In none of them" else code
                yield Heard((kind, inside, day), Audience.PUBLIC, address, _value(words))


def _pages(client: Any, places: Mapping[Where, Any]) -> Iterator[Heard]:
    for kind, code, day in places:
        if code is None:
            continue
        address = f"/areas/{kind}/{code}?on={day}"
        found = re.findall(
            rf"[Pp]eople who help(?:, <a [^>]+>counted in fives</a>)?: {_TOLD}", client.get(address).text
        )
        assert found, address
        for words in found:
            yield Heard((kind, code, day), Audience.PUBLIC, address, _value(words))
    for words in re.findall(rf"People who help: {_TOLD}", client.get("/").text):
        yield Heard(("county", None, DAYS[-1]), Audience.PUBLIC, "/", _value(words))


def _answers(client: Any) -> Iterator[Heard]:
    for by, day, kind in product(KINDS, DAYS, ("volunteer", "skill")):
        address = f"/api/v1/coverage?by={by}&kind={kind}&as_of={day}&max_minutes=20"
        for row in client.get(address).get_json()["rows"]:
            yield Heard((by, row["code"], day), Audience.PUBLIC, address, row["people"])
        drawn = client.get(address, headers={"Accept": "application/geo+json"}).get_json(force=True)
        for each in drawn["features"]:
            told = each["properties"]
            yield Heard((by, told["code"], day), Audience.PUBLIC, f"{address} geojson", told["people"])
        table = client.get(address, headers={"Accept": "text/csv"}).text.lstrip("\ufeff")
        for line in csv.DictReader(io.StringIO(table)):
            value = int(line["people"]) if line["people"] else None
            yield Heard((by, line["code"], day), Audience.PUBLIC, f"{address} csv", value)


def _report(county: Peopled, kind: str, code: str) -> Heard:
    text = reports.report(county.comes_in("public").application, None, f"{kind}/{code}")
    [words] = re.findall(rf"People who help: {_TOLD}", text)
    return Heard((kind, code, DAYS[-1]), Audience.PUBLIC, f"report {code}", _value(words))


def _members(county: Peopled) -> Iterator[Heard]:
    for code in ("l00", "l01", "l10", "l11"):
        client = county.comes_in("ljc_member", f"ljc/{code}")
        told = client.get(f"/api/v1/ljc/{code}").get_json()
        yield Heard(
            ("ljc", code, DAYS[-1]), Audience.MEMBER, f"/api/v1/ljc/{code}", told["figures"]["helpers"]
        )
        page = re.search(r"People who help</span> <strong>(?:about (\d+)|–)", client.get(f"/ljc/{code}").text)
        assert page
        value = int(page[1]) if page[1] else None
        yield Heard(("ljc", code, DAYS[-1]), Audience.MEMBER, f"/ljc/{code}", value)


@pytest.fixture(scope="module")
def living(county: Peopled) -> dict[Where, frozenset[str]]:
    found = county.living()
    everybody = frozenset().union(*found.values())
    return found | {("county", None, DAYS[-1]): everybody}


@pytest.fixture(scope="module")
def heard(county: Peopled, living: dict[Where, frozenset[str]]) -> list[Heard]:
    found = list(_members(county))
    for role in ROLES:
        client = county.comes_in(role)
        found += _tables(client)
        if role in ("public", "ljc_member"):
            places = {each: who for each, who in living.items() if each[0] != "county"}
            found += [*_pages(client, places), *_answers(client)]
    return [
        *found,
        *(_report(county, kind, code) for kind, code in (("ljc", "l10"), ("parish", "E04000000"))),
    ]


def test_every_area_of_every_day_was_heard(heard: list[Heard], living: dict[Where, frozenset[str]]) -> None:
    told = {each.where for each in heard}
    missing = {each for each in living if each not in told}
    assert not missing
    assert len({each.value for each in heard}) > 6, "the county is big enough to tell of"


def test_few_people_are_nowhere_counted(heard: list[Heard], living: dict[Where, frozenset[str]]) -> None:
    wrong = [
        each
        for each in heard
        if each.value is not None and (len(living[each.where]) < FEWEST[each.audience] or each.value % 5)
    ]
    assert wrong == []
    assert any(each.value is None for each in heard)


def test_the_same_people_have_the_same_figure_wherever_it_stands(
    heard: list[Heard], living: dict[Where, frozenset[str]]
) -> None:
    told: dict[Any, set[int | None]] = defaultdict(set)
    for each in heard:
        told[each.audience, living[each.where]].add(each.value)
    assert {where: values for where, values in told.items() if len(values) > 1} == {}


def test_no_two_figures_differ_by_fewer_people_than_may_be_told(
    heard: list[Heard], living: dict[Where, frozenset[str]]
) -> None:
    """Of every kind of area and every day: of a parish and its division, of a border before and after."""
    told = {(each.audience, living[each.where]): each.value for each in heard}
    near = [
        (one, other)
        for one, other in combinations(told, 2)
        if one[0] == other[0] and one[1] & other[1] and len(one[1] ^ other[1]) < FEWEST[one[0]]
    ]
    assert len(near) > 10, "there are areas to difference"
    assert [pair for pair in near if told[pair[0]] != told[pair[1]]] == []


def test_nothing_else_counts_people_by_area(county: Peopled) -> None:
    """Offers of areas are things and places: the one hall; coverage has nothing to add up."""
    client = county.comes_in("public")
    for kind in KINDS:
        table = client.get(f"/?areas={kind}").text
        offers = [cells[-3] for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
                  if re.fullmatch(_TOLD, (cells := _CELL.findall(row) or [""])[-1])]  # fmt: skip
        assert sorted(map(int, offers))[-2:] == [0, 1]
        for sort in ("volunteer", "skill"):
            rows = client.get(f"/api/v1/coverage?by={kind}&kind={sort}&max_minutes=20").get_json()["rows"]
            assert any(row["residents_within"] for row in rows)
            for row in rows:
                assert row["places"] is row["e2sfca"] is row["origin_indicator"] is None
                assert (row["average_minimum_minutes"] or 0) % 5 == 0
    words = re.sub(r"<[^>]+>", "", client.get("/").text)
    assert "1 thing or place is offered" in words


def test_whoever_joins_or_leaves_is_not_seen_for_sure(county: Peopled) -> None:
    """Twenty people leave one after another, each alone: figures stay or step by five, whoever it was."""
    client = county.comes_in("public")

    def told() -> dict[str, str]:
        return dict(row for row in _rows(client.get("/areas/ljc").text) if row[0])

    before, steps = told(), []
    for at in range(0, 240, 12):
        for gone in ("current_date", "null"):
            sql = f"update resource set withdrawn_on = {gone} where ref = :ref"
            with county.owner.begin() as connection:
                connection.execute(sa.text(sql), {"ref": f"p{at}"})
            after = told()
            if gone == "null":
                assert after == before, "back again is as before: nothing to average"
                continue
            steps += [_value(after[code] or "") - (_value(words) or 0) for code, words in before.items()
                      if code.startswith("All of")]  # fmt: skip
    assert set(steps) <= {-5, 0, 5}
    assert len(set(steps)) > 1


def test_parts_do_not_add_up_to_the_one_that_is_withheld(
    heard: list[Heard], living: dict[Where, frozenset[str]]
) -> None:
    """Of an LJC whose parishes are told but for one, the rest is off by what rounding left."""
    told = {each.where: each.value for each in heard if each.audience is Audience.PUBLIC}
    off = []
    for (kind, code, day), who in living.items():
        if kind != "ljc" or code is None or told[kind, code, day] is None:
            continue
        parishes = [
            each
            for each in living
            if each[0] == "parish" and each[2] == day and living[each] and living[each] <= who
        ]
        if frozenset().union(*(living[each] for each in parishes)) != who:
            continue
        withheld = [each for each in parishes if told[each] is None]
        rest = told[kind, code, day] - sum(told[each] or 0 for each in parishes)
        off.append(rest - sum(len(living[each]) for each in withheld))
    assert len(off) > 5
    assert sum(each != 0 for each in off) > len(off) / 2
