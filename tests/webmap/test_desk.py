"""The broker's desk, from a need to a confirmed booking and the day after."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from geomatch import costs
from geomatch.model import Mode
from geomatch.services import afterwards
from geomatch.services.booking import By

PICKS = "pick-venue=near-hall&pick-projector=beamer&pick-steward=steward"


@pytest.fixture(autouse=True)
def _as_at_first(desk: Any) -> Iterator[None]:
    """What one test books is gone for the next."""
    yield
    for table in ("booking", "bundle", "series", "matching_run", "people.ask", "people.act", "people.link"):
        desk.run(f"delete from {table}")
    desk.run("delete from people.letter")
    desk.run("delete from people.contact")
    desk.run("update need set status = 'open'")


def _when(desk: Any) -> dict[str, str]:
    window = desk.window
    return {"day": f"{window.lower:%Y-%m-%d}", "from": "19:00", "to": "21:00"}


def _propose(desk: Any, **more: Any) -> Any:
    picks = {"pick-venue": "near-hall", "pick-projector": "beamer", "pick-steward": "steward"}
    at = "/broker/bundle/film-night?" + PICKS
    return desk.post("/broker/bundle/film-night", at, **picks, **_when(desk), **more)


def _repeat(desk: Any, **more: Any) -> Any:
    picks = {"pick-venue": "near-hall", "pick-projector": "beamer", "pick-steward": "steward"}
    at = "/broker/bundle/film-night?" + PICKS
    told = {"do": "propose"} | picks | _when(desk) | more
    return desk.post("/broker/series/film-night/dates", at, **told)


def _states(desk: Any) -> dict[str, str]:
    found = desk.run(
        "select ref, status from booking join resource on resource.id = resource_id order by booking.id"
    )
    return {row.ref: row.status for row in found}


def _link(letter: Any) -> str:
    [path] = re.findall(r"http://localhost(/answer/\S+)", letter["body"])
    return str(path)


def _bundle(desk: Any) -> int:
    return int(desk.run("select max(id) from bundle")[0][0])


def test_the_inbox_lists_what_waits_and_says_the_next_step(desk: Any) -> None:
    page = desk.get("/broker/")
    assert page.status_code == 200
    assert "A film night" in page.text
    assert "Find something" in page.text
    assert "Everything to be done" in page.text
    assert "A film night" not in desk.get("/broker/?state=confirmed").text
    assert "A film night" in desk.get("/broker/?text=FILM&kind=venue&order=waiting").text
    assert "A film night" not in desk.get("/broker/?text=nothing+like+it").text
    assert desk.get("/broker/?state=wrong").status_code == 400


def test_the_most_urgent_comes_first_or_who_waits_the_longest(desk: Any) -> None:
    day = desk.window.lower.date()
    for ref, title, asked, closes in (
        ("late", "Late and long waiting", 60, 25),
        ("soon", "Soon and fresh", 1, 5),
        ("some", "Whenever, since some time", 30, None),
    ):
        desk.run(
            "insert into need (county_id, ref, title, mode, asked, closes) "
            "select id, :ref, :title, 'car', current_date - :asked, "
            "current_date + cast(:closes as integer) from county",
            ref=ref,
            title=title,
            asked=asked,
            closes=closes,
        )
    titles = ("Late and long waiting", "Soon and fresh", "Whenever, since some time", "A film night")
    pages = [desk.get(f"/broker/?order={order}").text for order in ("urgency", "waiting")]
    desk.run("delete from need where ref in ('late', 'soon', 'some')")
    urgent, waiting = (sorted(titles, key=page.index) for page in pages)
    assert urgent == [titles[1], titles[0], titles[3], titles[2]], (day, "a film night is in thirty days")
    assert waiting[:3] == [titles[0], titles[2], titles[1]]


def test_candidates_are_ranked_by_minutes_and_the_small_hall_says_why_not(desk: Any) -> None:
    page = desk.get("/broker/needs/film-night").text
    assert (
        page.index("Near Hall")
        < page.index("Next Hall")
        < page.index("Why not others")
        < page.index("Small Hall")
    )
    assert "not known to have all that it must" in page
    assert "to the venue" in page


def test_what_is_chosen_stays_chosen_and_comes_to_one_total(desk: Any) -> None:
    page = desk.get(f"/broker/needs/film-night?{PICKS}").text
    assert len(re.findall(r"checked", page)) == 3
    page = desk.get(f"/broker/bundle/film-night?{PICKS}").text
    assert "of travel in all" in page
    assert "£24.00" in page, "two hours of the hall"
    assert "HMRC" in page
    assert "None of these is booked for anything else" in page


def test_mileage_is_paid_out_and_back_by_road_at_the_rate_of_the_day(desk: Any) -> None:
    """One straight road goes through the beamer's store and the hall, 707 metres apart."""
    times = ", ".join(f"{mode}_{way}" for mode in ("car", "foot", "cycle") for way in ("forward", "backward"))
    ends = ("351000 301000", "354000 304000")
    [road] = desk.run("insert into road_set (county_id, current) select id, true from county returning id")
    for node, end in enumerate(ends):
        desk.run(
            "insert into road_node (road_set_id, node, ref, geom) values (:road, :node, :node, :geom)",
            road=road[0],
            node=node,
            geom=f"SRID=27700;POINT({end})",
        )
    desk.run(
        f"insert into road_edge (road_set_id, edge, source, target, road_class, metres, geom, {times}) "
        "values (:road, 0, 0, 1, 5, 4242.64, :geom, 600, 600, 600, 600, 600, 600)",
        road=road[0],
        geom=f"SRID=27700;LINESTRING({','.join(ends)})",
    )
    page = desk.get("/broker/bundle/film-night?pick-venue=near-hall&pick-projector=beamer").text
    desk.run("delete from road_set")
    there_and_back = 2 * 500 * 2**0.5
    pence = costs.mileage(there_and_back, Mode.CAR, desk.window.lower.date())
    assert f'data-label="Mileage">£{pence / 100:.2f}<' in page
    assert f'data-label="Miles">{there_and_back / 1609.344:.1f}<' in page
    assert f"£{(2400 + pence) / 100:.2f} in all" in page, "with two hours of the hall"
    assert "people come to it" in page


def test_proposed_everybody_has_one_link_and_when_all_say_yes_it_is_booked(desk: Any) -> None:
    answer = _propose(desk)
    assert answer.status_code == 303
    assert _states(desk) == dict.fromkeys(("near-hall", "beamer", "steward"), "proposed")
    asked = desk.letters()
    assert [letter["address"] for letter in asked] == [
        "film@club.example",
        "keys@hall.example",
        "kit@store.example",
    ]
    assert all(letter["body"].count("http") == 1 for letter in asked)
    page = desk.get("/broker/needs/film-night").text
    assert "was sent a link to say yes or no; waiting" in page
    assert "has no e-mail: no number is recorded either" in page
    for letter in asked:
        link = _link(letter)
        assert "Can you give this?" in desk.get(link).text or "Does it suit?" in desk.get(link).text
        said = desk.post(link, link, answer="yes")
        assert "kept for you while others answer" in said.text
        assert desk.get(link).status_code == 404, "it works once"
    [left] = desk.run("select id from people.ask where answer is null")
    said = desk.post(
        f"/broker/asks/{left[0]}/answer", "/broker/needs/film-night", answer="yes", how="telephone"
    )
    assert said.status_code == 303
    assert set(_states(desk).values()) == {"confirmed"}
    assert desk.run("select status from need") == [("met",)]
    assert [letter["subject"] for letter in desk.letters()] == ["It is booked: A film night"] * 3
    assert "A film night" in desk.get("/broker/?state=confirmed").text


def test_a_no_by_link_frees_that_thing_alone_and_asks_for_another(desk: Any) -> None:
    _propose(desk)
    hall = next(one for one in desk.letters() if one["address"] == "keys@hall.example")
    said = desk.post(_link(hall), _link(hall), answer="no", reason="the roof leaks")
    assert "looks for another" in said.text
    assert _states(desk) == {"near-hall": "declined", "beamer": "proposed", "steward": "proposed"}
    page = desk.get("/broker/needs/film-night").text
    assert "the roof leaks" in page
    address = re.search(r'href="([^"]+replaces=[^"]+)#find">Find another venue', page)
    assert address
    assert "Look for a replacement" in desk.get("/broker/").text
    chosen = address[1].replace("&amp;", "&").replace("/needs/", "/bundle/") + "&pick-venue=next-hall"
    hidden = dict(re.findall(r'name="(into|replaces)" value="(\d+)"', desk.get(chosen).text))
    assert set(hidden) == {"into", "replaces"}
    more = {"pick-venue": "next-hall", **_when(desk), **hidden}
    assert desk.post("/broker/bundle/film-night", chosen, **more).status_code == 303
    assert _states(desk)["next-hall"] == "proposed"
    assert "Look for a replacement" not in desk.get("/broker/").text


def test_the_broker_may_confirm_and_cancel_and_everybody_hears(desk: Any) -> None:
    _propose(desk)
    desk.letters()
    number, at = _bundle(desk), "/broker/needs/film-night"
    assert desk.post(f"/broker/bundles/{number}/confirm", at).status_code == 303
    assert len(desk.letters()) == 3
    [hall] = desk.run(
        "select booking.id from booking join resource on resource.id = resource_id where ref = 'near-hall'"
    )
    end = f"/broker/bundles/{number}/end"
    assert desk.post(end, at, booking=hall[0], status="cancelled").status_code == 400, "a reason is wanted"
    assert desk.post(end, at, booking=hall[0] + 999, status="cancelled", reason="x").status_code == 400
    assert desk.post(end, at, booking=hall[0], status="cancelled", reason="flooded").status_code == 303
    assert _states(desk)["near-hall"] == "cancelled"
    assert {one["address"] for one in desk.letters()} == {"keys@hall.example", "film@club.example"}
    assert "Find another venue" in desk.get(at).text
    assert desk.run("select status from need") == [("open",)]


def test_a_hard_test_is_overridden_only_with_a_written_reason_which_is_kept(desk: Any) -> None:
    at = "/broker/bundle/film-night?pick-venue=small-hall"
    refused = desk.post("/broker/bundle/film-night", at, **{"pick-venue": "small-hall"}, **_when(desk))
    assert refused.status_code == 400
    assert "a written reason" in refused.text
    assert _states(desk) == {}
    given = {"pick-venue": "small-hall", "despite-venue": "only ten will come", **_when(desk)}
    assert desk.post("/broker/bundle/film-night", at, **given).status_code == 303
    assert desk.run("select despite from booking") == [("attributes: only ten will come",)]


def test_what_somebody_else_took_meanwhile_is_told_and_nothing_is_kept(desk: Any) -> None:
    _propose(desk)
    again = _propose(desk)
    assert again.status_code in (400, 409)
    assert len(_states(desk)) == 3


def test_the_day_s_acts_can_be_undone_and_done_again(desk: Any) -> None:
    _propose(desk)
    [act] = desk.run("select id from people.act")
    assert desk.post(f"/broker/acts/{act[0]}/undo", "/broker/today").status_code == 303
    assert set(_states(desk).values()) == {"released"}
    assert desk.post(f"/broker/acts/{act[0]}/undo", "/broker/round").status_code == 409
    desk.run("update people.act set at = at - interval '2 days'")
    _propose(desk)
    number, at = _bundle(desk), "/broker/needs/film-night"
    halls = "select max(booking.id) from booking join resource on resource.id = resource_id where ref = :ref"
    [hall] = desk.run(halls, ref="near-hall")
    desk.post(f"/broker/bundles/{number}/end", at, booking=hall[0], status="released", reason="a slip")
    [end] = desk.run("select id from people.act where what = 'end'")
    assert desk.post(f"/broker/acts/{end[0]}/undo", "/broker/today").status_code == 303
    assert _states(desk)["near-hall"] == "proposed"


def test_an_act_of_another_day_stays(desk: Any) -> None:
    _propose(desk)
    [act] = desk.run("update people.act set at = at - interval '25 hours' returning id")
    assert desk.post(f"/broker/acts/{act[0]}/undo", "/broker/round").status_code == 409
    assert set(_states(desk).values()) == {"proposed"}


def test_a_series_is_proposed_at_once_with_its_exceptions_and_one_letter_each(desk: Any) -> None:
    first = desk.window.lower
    third = first + timedelta(weeks=2)
    until = first + timedelta(weeks=3)
    answer = _repeat(desk, repeats="1", until=f"{until:%Y-%m-%d}", **{"except": f"{third:%Y-%m-%d}"})
    assert answer.status_code == 303
    [count] = desk.run("select count(distinct bundle_id), count(*) from booking")
    assert tuple(count) == (3, 9)
    assert len(desk.letters()) == 3
    assert "a series" in desk.get("/broker/needs/film-night").text


def test_without_consent_no_contact_is_kept(desk: Any) -> None:
    at = "/broker/contacts/resource/steward?of=film-night"
    given = {
        "telephone": "01694 000000",
        "consent_how": "telephone",
        "consent_on": "2026-11-01",
        "name": "S.",
    }
    assert desk.post(at, at, **given).status_code == 400
    assert desk.run("select count(*) from people.contact") == [(0,)]
    assert desk.post(at, at, **given, agreed="yes").status_code == 303
    _propose(desk)
    assert "ring 01694 000000" in desk.get("/broker/needs/film-night").text
    assert "01694 000000" not in desk.get("/resources/steward").text


def test_a_round_is_accepted_line_by_line_or_rejected_with_a_reason(desk: Any) -> None:
    assert desk.post("/broker/round", "/broker/round").status_code == 303
    page = desk.get("/broker/round").text
    assert "1 line waits" in page
    assert "Its receipt" in page
    [run] = desk.run("select id from matching_run")
    at = f"/broker/round/{run[0]}"
    assert desk.post(at, "/broker/round", reject="film-night").status_code == 400
    assert (
        desk.post(
            at, "/broker/round", **{"reject": "film-night", "reason-film-night": "they moved"}
        ).status_code
        == 303
    )
    assert "they moved" in desk.get("/broker/round?show=all").text
    [act] = desk.run("select id from people.act where what = 'reject'")
    assert desk.post(f"/broker/acts/{act[0]}/undo", "/broker/today").status_code == 303
    assert desk.post(at, "/broker/round", accept="film-night").status_code == 303
    assert _states(desk) == dict.fromkeys(("near-hall", "beamer", "steward"), "proposed")
    assert desk.run("select said from people.decision") == [("accepted",)]
    [act] = desk.run("select id from people.act where what = 'propose'")
    desk.post(f"/broker/acts/{act[0]}/undo", "/broker/today")
    assert desk.run("select said from people.decision") == []
    edit = re.search(r'href="([^"]+)#find">Edit', desk.get("/broker/round").text)
    assert edit
    assert "checked" in desk.get(edit[1].replace("&amp;", "&")).text


def test_what_change_would_help_is_told_of_a_need_left_out(desk: Any) -> None:
    desk.run("update role_feature set number = 100 where name = 'seats_theatre'")
    desk.post("/broker/round", "/broker/round")
    page = desk.get("/broker/needs/film-night").text
    desk.run("update role_feature set number = 60 where name = 'seats_theatre'")
    assert "Why the matching left it out" in page
    assert "With 80 instead of 100 seats in rows" in page


def test_answers_go_without_signing_in_and_guess_no_link(desk: Any) -> None:
    stranger = desk.site.app.test_client()
    stranger.set_cookie("geomatch-in", "nobody")
    assert stranger.get("/broker/").status_code == 303
    assert stranger.get("/answer/guessed").status_code == 404


def test_after_the_day_one_question_is_asked_once_and_answered_by_its_link(desk: Any) -> None:
    _propose(desk)
    desk.post(f"/broker/bundles/{_bundle(desk)}/confirm", "/broker/needs/film-night")
    desk.letters()
    now, later = datetime.now(UTC), By("postman", datetime.now(UTC) + timedelta(days=31))
    broker = desk.site.app.extensions["geomatch"].desk
    assert afterwards.ask(broker, "http://localhost", By("postman", now)) == 0, "it is still to come"
    assert afterwards.ask(broker, "http://localhost", later) == 1
    assert afterwards.ask(broker, "http://localhost", later) == 0, "once"
    [letter] = desk.letters()
    assert letter["address"] == "film@club.example"
    assert "Did it happen?" in letter["subject"]
    _over(desk)
    link = _link(letter)
    assert "Did it happen?" in desk.get(link).text
    assert "last question" in desk.post(link, link, answer="no", reason="it snowed").text
    assert desk.run("select distinct status, happened, reason from booking") == [("done", False, "it snowed")]


def test_the_broker_who_knows_writes_down_that_it_happened(desk: Any) -> None:
    _propose(desk)
    number, at = _bundle(desk), "/broker/needs/film-night"
    desk.post(f"/broker/bundles/{number}/confirm", at)
    happened = f"/broker/bundles/{number}/happened"
    assert desk.post(happened, at, happened="yes").status_code == 409, "it is not over"
    _over(desk)
    assert "Ask whether it happened" in desk.get("/broker/?state=past").text
    assert desk.post(happened, at, happened="yes").status_code == 303
    assert desk.run("select distinct status, happened from booking") == [("done", True)]


def _over(desk: Any) -> None:
    """Two months go by: what is booked moves that far into the past."""
    with desk.owner.begin() as connection:
        connection.exec_driver_sql("set local session_replication_role = replica")
        for table, columns in (("booking", ("during", "held")), ("booking_unit", ("held",))):
            moved = ", ".join(
                f"{name} = tsrange(lower({name}) - interval '60 days', upper({name}) - interval '60 days')"
                for name in columns
            )
            connection.exec_driver_sql(f"update {table} set {moved}")
