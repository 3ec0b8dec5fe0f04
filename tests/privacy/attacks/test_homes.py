"""What anybody can find out about where volunteers live, however they ask: no more than the mask."""

import math
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from geomatch import crs
from geomatch.privacy.mask import INNER
from geomatch.services import importing, intake, matching
from geomatch.travel.straight import guess

ASKED_FROM = 50


@pytest.mark.parametrize("role", ["public", "contributor", "ljc_member", "broker", "administrator"])
def test_no_page_and_no_answer_holds_a_home_or_its_postcode(
    attacked: Any, hunter: Any, crawled: Any, role: str
) -> None:
    told = crawled(attacked.clients[role], attacked.people)
    assert len(told) > 150
    assert sum("Helper p" in text for text in told.values()) > 50, "volunteers are on these pages"
    assert {address: found for address, text in told.items() if (found := hunter.found_in(text))} == {}


@pytest.mark.parametrize("accept", ["application/json", "application/geo+json", "text/csv"])
def test_no_form_of_a_collection_holds_a_home(attacked: Any, hunter: Any, accept: str) -> None:
    for address in ("/api/v1/resources?limit=200", "/api/v1/needs?limit=200",
                    "/api/v1/search?near=344000,294000&kind=volunteer&max_minutes=60"):  # fmt: skip
        answer = attacked.clients["public"].get(address, headers={"Accept": accept})
        assert answer.status_code == 200
        assert hunter.found_in(answer.text) == []


def test_the_hunter_knows_a_home_when_it_stands_there(attacked: Any, hunter: Any) -> None:
    """The hunt itself, broken on purpose: each of the ways in which a home could be told is found."""
    east, north = attacked.homes["p0"]
    lon, lat = crs.to_lonlat(np.array([east]), np.array([north]))
    for text in (
        f'{{"lon": {lon[0]:.6f}, "lat": {lat[0]:.6f}}}',
        f"[{lat[0]:.3f},{lon[0]:.3f}]",
        f"easting {east:.0f} northing {north:.0f}",
        f"in {attacked.postcodes['p0']}",
        attacked.postcodes["p0"].replace(" ", "%20"),
    ):
        assert hunter.found_in(text) == ["p0"]


def test_every_mask_hides_its_home_among_enough(attacked: Any) -> None:
    for ref, (east, north, width) in attacked.masks().items():
        assert INNER * width <= math.dist(attacked.homes[ref], (east, north)) <= width
        assert (east - attacked.west) // attacked.side == (
            attacked.homes[ref][0] - attacked.west
        ) // attacked.side, "in its own parish"
        assert (north - attacked.south) // attacked.side == (
            attacked.homes[ref][1] - attacked.south
        ) // attacked.side


def test_asking_again_teaches_nothing(attacked: Any) -> None:
    """Whatever happens to the records, the mask stays: nothing to average."""
    before = attacked.masks()
    for again in range(3):
        with attacked.owner.begin() as connection:
            importing.finish(attacked.job(connection))
            work = attacked.job(connection)
            home = attacked.homes["p0"]
            person = attacked.cells("p0", home, attacked.postcodes["p0"], exact=True) | {
                "quantity": f"{again + 1}"
            }
            intake.keep(work, intake.look(work, "resources", [person]))
        assert attacked.masks() == before


def _ways(attacked: Any, ref: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places, and the minutes and metres to somebody that a search from each of them answers."""
    chance = np.random.default_rng(3)
    spots = chance.uniform(*attacked.box(), (ASKED_FROM, 2)).round()
    heard = []
    for east, north in spots:
        address = (
            f"/api/v1/search?near={east:.0f},{north:.0f}&kind=volunteer"
            f"&subkind=sort_{ref}&max_minutes=60&limit=200"
        )
        rows = attacked.clients["public"].get(address).get_json()["results"]
        [row] = [row for row in rows if row["id"] == ref]
        heard.append((row["minutes"], row["metres"]))
    minutes, metres = np.array(heard, dtype=float).T
    return spots, minutes, metres


def _best(attacked: Any, spots: np.ndarray, metres: np.ndarray) -> np.ndarray:
    """Where straight lines of about these lengths meet best, over a grid of 50 m."""
    axes = [np.arange(low, high, 50.0) for low, high in zip(*attacked.box(), strict=True)]
    ground = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    wrong = np.zeros(len(ground))
    for spot, length in zip(spots, metres, strict=True):
        wrong += (np.hypot(*(ground - spot).T) - length) ** 2
    return ground[wrong.argmin()]


@pytest.mark.parametrize("ref", ["p0", "p1", "p2", "p7"])
def test_fifty_places_lead_to_the_mask_and_not_to_the_home(attacked: Any, ref: str) -> None:
    spots, minutes, metres = _ways(attacked, ref)
    east, north, width = attacked.masks()[ref]
    assert set(minutes % 5) == {0}
    assert set(metres % 1000) == {0}
    guessed = _best(attacked, spots, metres)
    wrong = math.dist(guessed, (east, north))
    assert wrong < 200, "the attack is a good one: it finds the mask"
    assert math.dist(guessed, attacked.homes[ref]) > max(1.3 * wrong, INNER * width - wrong)


def test_minutes_of_matches_are_those_from_the_mask(attacked: Any) -> None:
    sql = """
        select resource.ref, ST_X(need.geom), ST_Y(need.geom), match.minutes
        from match join need on need.id = need_id join resource on resource.id = resource_id
    """
    with attacked.owner.connect() as connection:
        rows = connection.execute(sa.text(sql)).all()
    masks, differ = attacked.masks(), 0
    assert len(rows) > 10
    for ref, east, north, told in rows:
        ways = [
            guess(np.array([start]), np.array([[east, north]]), "car", max_minutes=240).toarray()[0, 0]
            for start in (masks[ref][:2], attacked.homes[ref])
        ]
        assert told == 5 * math.floor(ways[0] / 5 + 0.5)
        differ += told != 5 * math.floor(ways[1] / 5 + 0.5)
    assert differ, "else from the home it would be the same"


def test_what_would_help_tells_no_minutes_from_a_home(attacked: Any) -> None:
    with attacked.owner.connect() as connection:
        details = connection.execute(sa.text("select detail from unmatched")).scalars().all()
    steps = [step for detail in details for step in detail["ladder"]]
    further = [step for step in steps if step["change"] == "minutes"]
    assert len(further) > 5
    assert all(step["to"] % 5 == 0 for step in further)
    assert all(helper["minutes"] is None for step in steps for helper in step["with"])


def test_every_reading_of_homes_is_written_down(attacked: Any) -> None:
    """That masks are drawn is one; ranking who could help, and matching, are none."""

    def reads() -> int:
        counted = "select count(*) from audit.entry where what = 'home-read'"
        with attacked.owner.connect() as connection:
            return int(connection.execute(sa.text(counted)).scalar_one())

    before = reads()
    with attacked.owner.begin() as connection:
        importing.finish(attacked.job(connection))
    assert reads() == before + 1
    matching.match(attacked.owner, matching.Asked(None, attacked.today))
    matching.compare(attacked.owner, matching.Asked(None, attacked.today))
    assert attacked.clients["broker"].get("/broker/needs/n1").status_code == 200
    attacked.clients["public"].get("/needs/n1")
    assert reads() == before + 1


def test_the_pages_own_role_reads_no_home(attacked: Any) -> None:
    for client in attacked.clients.values():
        house = client.application.extensions["geomatch"]
        for door in filter(None, (house.engine, house.desk)):
            with (
                door.connect() as connection,
                pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
            ):
                connection.execute(sa.text("select geom, postcode from homes.home"))


def test_a_matching_and_a_search_tell_the_same_minutes_to_a_volunteer(attacked_by_road: Any) -> None:
    """Both set out from the road nearest to the mask, or the two together would tell of something else."""
    sql = """
        select resource.ref, ST_X(need.geom), ST_Y(need.geom), match.minutes
        from match join need on need.id = need_id join resource on resource.id = resource_id
        where matching_run_id = (select max(id) from matching_run)
    """
    with attacked_by_road.owner.connect() as connection:
        rows = connection.execute(sa.text(sql)).all()
    assert len(rows) > 10
    for ref, east, north, told in rows:
        address = (
            f"/api/v1/search?near={east:.0f},{north:.0f}&kind=volunteer&subkind=sort_{ref}&max_minutes=60"
        )
        [found] = attacked_by_road.clients["public"].get(address).get_json()["results"]
        assert (found["id"], found["minutes"]) == (ref, told)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ("update homes.home set resource_id = resource_id + 1", "permission denied"),
        ("update homes.home set postcode = 'SY1 1AA'", "permission denied"),
        ("select hand_home_on(0, 1, 2)", "are not its two"),
        ("select geom from homes.parked", "permission denied"),
    ],
)
def test_the_desk_hands_no_home_on_but_between_the_two_of_a_merge(
    attacked: Any, asked: str, refusal: str
) -> None:
    """Else whoever was booked could be given the home of anybody, and it would be told."""
    desk = attacked.clients["broker"].application.extensions["geomatch"].desk
    with desk.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match=refusal):
        connection.execute(sa.text(asked))


def test_the_pages_own_role_reads_no_group_s_contact(attacked: Any) -> None:
    house = attacked.clients["public"].application.extensions["geomatch"]
    with house.engine.connect() as connection:
        connection.execute(sa.text("select name, url from organisation"))
        for column in ("email", "telephone"):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), connection.begin_nested():
                connection.execute(sa.text(f"select {column} from organisation"))
