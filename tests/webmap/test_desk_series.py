"""A recurring need at the desk: its dates looked at, booked as a series, and matched again as one."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

AT = "/broker/bundle/film-night?pick-venue=near-hall&pick-projector=beamer"
PICKS = {"pick-venue": "near-hall", "pick-projector": "beamer"}


@pytest.fixture(autouse=True)
def _as_at_first(desk: Any) -> Iterator[None]:
    yield
    for table in ("booking", "bundle", "series", "season", "people.ask", "people.act", "people.letter"):
        desk.run(f"delete from {table}")
    desk.run("update need set status = 'open'")


def _first(desk: Any) -> date:
    return desk.window.lower.date()


def _send(desk: Any, **more: Any) -> Any:
    times = {"day": f"{_first(desk)}", "from": "19:00", "to": "21:00"}
    until = {"until": f"{_first(desk) + timedelta(days=70)}"}
    return desk.post("/broker/series/film-night/dates", AT, **(PICKS | times | until | more))


def _dates(desk: Any) -> list[date]:
    return [row[0] for row in desk.run("select distinct lower(during)::date from booking order by 1")]


def _series(desk: Any) -> int:
    return int(desk.run("select max(id) from series")[0][0])


def _season(desk: Any, name: str, first: date, days: int) -> None:
    desk.run(
        "insert into season (county_id, name, days) select id, :name, daterange(:first, :last) from county",
        name=name,
        first=first,
        last=first + timedelta(days=days),
    )


def test_each_date_is_shown_free_or_with_what_is_in_the_way_before_anything_is_kept(desk: Any) -> None:
    taken = _first(desk) + timedelta(weeks=2)
    times = {"day": f"{taken}", "from": "20:00", "to": "22:00"}
    desk.post("/broker/bundle/film-night", AT, **{"pick-venue": "near-hall"}, **times)
    desk.letters()
    page = _send(desk, repeats="2", until=f"{_first(desk) + timedelta(weeks=4)}")
    assert page.status_code == 200
    assert re.findall(r'name="date" value="([^"]+)"', page.text) == [
        str(_first(desk)),
        str(_first(desk) + timedelta(weeks=4)),
    ]
    assert "2 of 3 dates can be had" in page.text
    assert "Near Hall is not free for" in page.text
    assert len(_dates(desk)) == 1, "only what was there before"
    assert desk.letters() == []
    main = desk.post("/broker/bundle/film-night", AT, **PICKS, **times, repeats="2", until="2027-12-01")
    assert (main.status_code, main.headers["Location"]) == (307, "/broker/series/film-night/dates")


def test_term_time_alone_with_days_besides_and_days_not(desk: Any) -> None:
    first = _first(desk)
    _season(desk, "term-time", first, 36)
    weeks = [first + timedelta(weeks=each) for each in range(11)]
    besides = first + timedelta(days=2)
    answer = _send(
        desk,
        repeats="1",
        only="term-time",
        also=f"{besides}",
        do="propose",
        **{"except": f"{weeks[1]}"},
        offered=[f"{weeks[0]}", f"{weeks[3]}"],
        date=f"{weeks[0]}",
    )
    assert answer.status_code == 303
    assert _dates(desk) == sorted([weeks[0], besides, weeks[2], weeks[4], weeks[5]]), (
        "the tick of one was taken"
    )
    [kept] = desk.run("select rrule, except_dates, extra_dates, only_in, not_in from series")
    assert kept.rrule.startswith("FREQ=WEEKLY;BYDAY=")
    assert kept.except_dates == [weeks[1], weeks[3]]
    assert kept.extra_dates == [besides]
    assert kept.only_in == ["term-time"]
    page = desk.get("/broker/needs/film-night").text
    assert "5 dates" in page
    assert "only in term-time" in page


@pytest.mark.parametrize(
    ("how", "words", "rule"),
    [
        ("2", "", r"FREQ=WEEKLY;INTERVAL=2;BYDAY=\w\w;UNTIL=\d{8}T235959"),
        ("month", "", r"FREQ=MONTHLY;BYDAY=(?:[1-4]|-1)\w\w;UNTIL=\d{8}T235959"),
        ("last", "", r"FREQ=MONTHLY;BYDAY=-1\w\w;UNTIL=\d{8}T235959"),
        ("words", "first Tuesday", ""),
        ("words", "1st,3rd Tuesdays", r"FREQ=MONTHLY;BYDAY=1TU,3TU;UNTIL=\d{8}T235959"),
        ("words", "every 3 weeks Mon,Thu", r"FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH;UNTIL=\d{8}T235959"),
        ("words", "alternate Tuesdays, term time", ""),
    ],
)
def test_it_repeats_as_the_search_understands(desk: Any, how: str, words: str, rule: str) -> None:
    answer = _send(desk, repeats=how, words=words, do="propose")
    if not rule:
        assert answer.status_code == 400, "no such words, or no such season"
        assert desk.run("select count(*) from series") == [(0,)]
        return
    assert answer.status_code == 303
    [kept] = desk.run("select rrule from series")
    assert re.fullmatch(rule, kept[0])
    assert all(day.weekday() in (0, 1, 3) or how != "words" for day in _dates(desk))


@pytest.mark.parametrize(
    "wrong", [{"until": "soon"}, {"repeats": "7"}, {"also": "x"}, {"words": ""}, {"only": "lent"}]
)
def test_what_cannot_be_read_names_the_field(desk: Any, wrong: dict[str, str]) -> None:
    answer = _send(desk, **({"repeats": "words", "words": "1st Tue"} | wrong))
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.text


def test_a_hall_that_drops_out_of_a_series_is_replaced_on_every_date_at_once(desk: Any) -> None:
    _send(desk, repeats="2", do="propose")
    dates = _dates(desk)
    hall = next(one for one in desk.letters() if one["address"] == "keys@hall.example")
    [link] = re.findall(r"http://localhost(/answer/\S+)", hall["body"])
    asked = desk.get(link).text
    assert asked.count("<strong>Near Hall</strong>") == 1, "a hall is asked for once, with its dates in order"
    told = [asked.index(f"{day.day} {day:%B %Y}, 19:00 to 21:00") for day in dates]
    assert told == sorted(told)
    assert "looks for another" in desk.post(link, link, answer="no", reason="it is sold").text
    page = desk.get("/broker/needs/film-night").text
    assert f"Venue missing on {len(dates)} dates" in page
    found = re.search(r'href="([^"]+series=\d+[^"]*)#find">Find another venue for all of them', page)
    assert found
    chosen = found[1].replace("&amp;", "&").replace("/needs/", "/bundle/") + "&pick-venue=next-hall"
    looked = desk.get(chosen)
    assert "It is for every date of the series" in looked.text
    desk.run(
        "with made as (insert into booking (resource_id, during, status) "
        "select id, tsrange(:at, :at + interval '1 hour'), 'confirmed' from resource where ref = 'next-hall' "
        "returning id, resource_id, held, holds) "
        "insert into booking_unit (booking_id, unit, resource_id, held, holds) "
        "select id, 1, resource_id, held, holds from made",
        at=desk.window.lower + timedelta(weeks=2),
    )
    desk.letters()
    sent = {"pick-venue": "next-hall", "day": f"{dates[0]}", "from": "19:00", "to": "21:00"}
    answer = desk.post("/broker/bundle/film-night", chosen, **sent, series=f"{_series(desk)}")
    assert answer.status_code == 303
    states = desk.run(
        "select count(*) from booking join resource on resource.id = resource_id "
        "where ref = 'next-hall' and status = 'proposed' and replaces_id is not null"
    )
    assert states == [(len(dates) - 1,)], "one date cannot be had"
    assert len(desk.letters()) == 2, "the hall and who asks for it, each once"
    page = desk.get("/broker/needs/film-night").text
    assert "Venue missing on 1 date" in page
    assert "Find something else for" in page


def test_all_of_a_series_is_confirmed_and_called_off_at_once_and_undone(desk: Any) -> None:
    _send(desk, repeats="1", do="propose")
    number, at = _series(desk), "/broker/needs/film-night"
    desk.letters()
    assert desk.post(f"/broker/series/{number}/confirm", at).status_code == 303
    assert {row[0] for row in desk.run("select status from booking")} == {"confirmed"}
    assert len(desk.letters()) == 3
    assert desk.post(f"/broker/series/{number}/confirm", at).status_code == 409
    end = f"/broker/series/{number}/end"
    assert desk.post(end, at, status="cancelled").status_code == 400, "a reason is wanted"
    assert desk.post(end, at, status="cancelled", reason="no film left").status_code == 303
    assert {row[0] for row in desk.run("select status from booking")} == {"cancelled"}
    [act] = desk.run("select id from people.act where what = 'end'")
    assert desk.post(f"/broker/acts/{act[0]}/undo", "/broker/today").status_code == 303
    live = desk.run("select count(*) from booking where status = 'confirmed'")
    assert live == desk.run("select count(*) from booking where status = 'cancelled'")
    assert desk.post("/broker/series/999999/confirm", "/broker/round").status_code == 404
