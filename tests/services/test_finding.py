"""Finding places in a small county known by heart."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from psycopg.types.range import DateRange

from geomatch.db import counties, finding, tables
from geomatch.db.counties import County
from geomatch.errors import InputError, UnknownPlaceError
from geomatch.services import finding as service

WEST, SOUTH, SIDE = 350_000, 300_000, 4_000
PARISHES = {"p00": "Abbots Wick", "p10": "Bere Regis", "p01": "Newton St Mary", "p11": "Wem Rural"}


class _World:
    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.county: County = counties.save(connection, slug="vale", name="Valeshire")

    def put(self, table: sa.Table, **values: Any) -> int:
        where = values.pop("at", None)
        if where:
            values["geom"] = f"SRID=27700;POINT({where[0]} {where[1]})"
        made = table.insert().values(county_id=self.county.id, **values).returning(*table.primary_key.columns)
        return int(self.connection.execute(made).one()[-1 if table.name == "uprn" else 0])

    def name(self, ref: str, name: str, sort: str, at: tuple[float, float], **more: Any) -> None:
        kind = "transportNetwork" if "Road" in sort else "populatedPlace"
        self.put(tables.place_name, ref=ref, name=name, type=kind, local_type=sort, at=at, **more)

    def postcode(self, text: str, at: tuple[float, float], quality: int = 10) -> None:
        made = tables.postcode.insert().values(
            county_id=self.county.id,
            postcode=text,
            quality=quality,
            geom=f"SRID=27700;POINT({at[0]} {at[1]})",
        )
        self.connection.execute(made)

    def resource(self, ref: str, kind: str, name: str, at: tuple[float, float], **more: Any) -> int:
        return self.put(
            tables.resource, ref=ref, kind=kind, name=name, travels="beneficiary", mode="car", at=at, **more
        )

    def gather(self) -> None:
        finding.gather(self.connection, self.county.id)

    def locate(self, text: str) -> Any:
        return service.locate(self.connection, self.county, text)

    def labels(self, text: str) -> list[str]:
        return [match.label for match in self.locate(text).matches]


@pytest.fixture
def world(connection: sa.Connection) -> _World:
    made = _World(connection)
    set_id = made.put(tables.area_set, kind="parish", vintage=date(2021, 5, 7))
    for code, name in PARISHES.items():
        west, south = WEST + int(code[1]) * SIDE, SOUTH + int(code[2]) * SIDE
        east, north = west + SIDE, south + SIDE
        ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
        shape = f"SRID=27700;MULTIPOLYGON((({ring})))"
        valid = DateRange(date(2009, 4, 1), None)
        made.put(
            tables.area,
            area_set_id=set_id,
            kind="parish",
            code=code,
            name=name,
            valid=valid,
            geom=shape,
            simple=shape,
        )
    counties.draw_outline(connection, made.county.id)
    made.name("t1", "Wem", "Town", (357_000, 305_500))
    made.name("v1", "Newton", "Village", (351_000, 305_000))
    made.name("h1", "Newton", "Hamlet", (357_500, 301_000))
    made.name("h2", "Newton", "Hamlet", (361_000, 301_000))
    made.name("h3", "Old Bere", "Hamlet", (355_000, 301_500), other_name="Hen Fêr")
    made.name("r1", "Station Road", "Named Road", (357_100, 305_600))
    made.name("r2", "A49", "Numbered Road", (357_100, 305_600))
    made.name("c1", "SY4 9ZZ", "Postcode", (357_200, 305_300))
    made.put(
        tables.organisation, ref="o1", name="Café & Garden Society", sector="voluntary", at=(351_000, 301_000)
    )
    made.resource("hall", "venue", "St. Mary's Hall", (351_100, 305_100), parish_code="p01")
    made.resource("van", "equipment", "Minibus of the Wick", (351_000, 301_000))
    made.resource(
        "anna",
        "volunteer",
        "Annabel Quillfeather",
        (356_500, 306_500),
        precision_metres=1000,
        parish_code="p11",
    )
    for text, at in (
        ("SY4 5AA", (357_000, 305_400)),
        ("SY4 5AB", (357_600, 305_400)),
        ("SY4 6AA", (351_000, 301_000)),
    ):
        made.postcode(text, at)
    made.postcode("SY9 1AA", (362_000, 301_000), quality=60)
    made.gather()
    return made


def test_a_postcode_says_its_parish_and_its_precision(world: _World) -> None:
    found = world.locate("sy45aa")
    (match,) = found.matches
    assert (match.label, match.kind, match.precision_metres) == ("SY4 5AA", "postcode", 100)
    assert (match.parish, match.in_county, match.exact) == (("p11", "Wem Rural"), True, True)
    assert found.understood == "SY4 5AA: a postcode, to within 100 m"
    assert found.best == match


def test_a_postcode_known_only_to_a_whole_sector_says_three_kilometres(world: _World) -> None:
    found = world.locate("SY9 1AA")
    assert found.matches[0].precision_metres == 3000
    assert not found.matches[0].in_county
    assert found.understood.endswith("; outside Valeshire")


def test_a_sector_and_an_outcode_reach_as_far_as_their_postcodes(world: _World) -> None:
    sector = world.locate("SY4 5").matches
    assert [match.label for match in sector] == ["SY4 5", "SY4 5AA", "SY4 5AB"]
    assert (sector[0].easting, sector[0].northing) == (357_300, 305_400)
    assert sector[0].precision_metres == 300
    outcode = world.locate("sy4")
    assert outcode.best.label == "SY4"
    assert outcode.best.precision_metres == 5200


def test_a_postcode_that_is_not_loaded_falls_back_and_says_so(world: _World) -> None:
    found = world.locate("SY4 5ZZ")
    assert found.best.label == "SY4 5"
    assert not found.best.exact
    assert "SY4 5ZZ itself is not among the postcodes loaded" in found.understood
    assert world.locate("SY4 7ZZ").best.label == "SY4"
    nowhere = world.locate("EH1 1AA")
    assert nowhere.matches == ()
    assert "EH1 1AA is not among the postcodes loaded for Valeshire" in nowhere.understood


def test_a_postcode_may_be_known_to_the_names_alone(world: _World) -> None:
    assert world.locate("SY4 9ZZ").best.label == "SY4 9ZZ"
    assert world.labels("SY4 9") == ["SY4"]


def test_the_beginning_of_a_postcode_lists_what_begins_so(world: _World) -> None:
    assert world.labels("SY4 5A") == ["SY4 5AA", "SY4 5AB"]
    assert world.locate("SY4 5A").choose
    assert "no postcode that begins with SY48A" in world.locate("SY4 8A").understood


def test_axes_are_taken_the_way_round_that_lies_in_the_county(world: _World) -> None:
    for text in ("351000,305000", "305000,351000"):
        (match,) = world.locate(text).matches
        assert (match.easting, match.northing, match.in_county) == (351_000, 305_000, True)
    assert "northing typed first" in world.locate("305000,351000").understood
    assert "outside Valeshire" in world.locate("451000,305000").understood


def test_twelve_digits_are_a_position_only_in_the_county(world: _World) -> None:
    assert world.locate("351000305000").best.kind == "easting_northing"
    nothing = world.locate("100070012345")
    assert nothing.matches == ()
    assert nothing.understood == "no UPRNs are loaded for Valeshire"


def test_a_uprn_that_is_loaded_is_found(world: _World) -> None:
    world.put(tables.uprn, uprn=100070012345, at=(351_050, 305_050))
    found = world.locate("100070012345")
    assert (found.best.label, found.best.kind, found.best.precision_metres) == (
        "UPRN 100070012345",
        "uprn",
        10,
    )
    assert world.locate("UPRN 5").understood == "UPRN 5 is not loaded for Valeshire"


def test_an_ambiguous_name_lists_its_choices_with_their_parish(world: _World) -> None:
    found = world.locate("Newton")
    assert found.choose
    assert found.best is None
    assert [match.label for match in found.matches[:2]] == ["Newton, Newton St Mary", "Newton, Bere Regis"]
    assert [match.parish and match.parish[0] for match in found.matches[:3]] == ["p01", "p10", None]
    assert [match.in_county for match in found.matches[:3]] == [True, True, False]
    assert found.understood == "3 places are called “Newton”; which one?"


@pytest.mark.parametrize("text", ["Newton, Bere Regis", "newton in bere regis", "Newton, bere"])
def test_a_parish_after_the_name_settles_it(world: _World, text: str) -> None:
    best = world.locate(text).best
    assert (best.easting, best.parish) == (357_500, ("p10", "Bere Regis"))


def test_a_town_after_the_name_settles_it_by_nearness(world: _World) -> None:
    assert world.locate("Newton near Wem").best.easting == 357_500
    assert world.locate("Newton, near SY4 6AA").best.easting == 351_000
    assert world.locate("hall near Newton, Newton").best.label.startswith("St. Mary's Hall")
    assert world.locate("Old Bere, Wem").best.label == "Old Bere, Bere Regis"
    assert world.locate("Old Bere, Valeshire").best.label == "Old Bere, Bere Regis"
    assert world.locate("Old Bere, England").best.label == "Old Bere, Bere Regis"


def test_near_makes_a_place_vaguer(world: _World) -> None:
    assert world.locate("St Marys Hall").best.precision_metres == 20
    assert world.locate("near St Marys Hall").best.precision_metres == 1000
    assert world.locate("near St Marys Hall").understood.startswith("near St. Mary's Hall")


def test_a_town_goes_before_everything_of_its_name(world: _World) -> None:
    found = world.locate("wem")
    assert found.best.kind == "town"
    assert [match.kind for match in found.matches] == ["town", "parish"]
    assert world.locate("Wem Rural parish").best.label == "Wem Rural (parish)"
    assert world.locate("Wem Rural (parish)").best.kind == "parish"


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("wme", "Wem, Wem Rural"),
        ("St Marys Hal", "St. Mary's Hall, Newton St Mary"),
        ("saint mary's hall", "St. Mary's Hall, Newton St Mary"),
        ("ST. MARY’S HALL", "St. Mary's Hall, Newton St Mary"),
        ("mary hall", "St. Mary's Hall, Newton St Mary"),
        ("cafe and garden", "Café & Garden Society"),
        ("Caffe Garden Society", "Café & Garden Society"),
        ("hen fer", "Hen Fêr, Bere Regis"),
        ("abots wick", "Abbots Wick (parish)"),
        ("Statoin Road", "Station Road, Wem Rural"),
    ],
)
def test_misspelling_accents_and_saints_do_not_matter(world: _World, typed: str, label: str) -> None:
    matches = world.locate(typed).matches
    assert matches
    assert matches[0].label in (label, label.partition(",")[0])


def test_what_was_mended_is_said(world: _World) -> None:
    assert world.locate("wme").understood.startswith("nothing is called “wme”; taken for Wem")


def test_nothing_found_is_an_answer(world: _World) -> None:
    found = world.locate("Xyzzyqux")
    assert (found.matches, found.choose, found.best) == ((), False, None)
    assert found.understood == "no place called “Xyzzyqux” is known in or near Valeshire"


def test_numbered_roads_and_postcodes_are_no_names(world: _World) -> None:
    assert world.labels("A49") == []


@pytest.mark.parametrize(
    "text",
    ["Annabel Quillfeather", "annabel", "Quillfeather near Wem", "Anabel Quilfeather", "Minibus of the Wick"],
)
def test_a_volunteer_is_never_found_nor_what_is_no_venue(world: _World, text: str) -> None:
    assert all("uill" not in label and "Minibus" not in label for label in world.labels(text))
    assert world.connection.scalar(sa.text("select count(*) from findable where name ~ 'uill|Minibus'")) == 0


def test_who_becomes_a_volunteer_is_forgotten_at_once(world: _World) -> None:
    assert world.labels("St Marys Hall")
    change = (
        "update resource set kind = 'volunteer', precision_metres = 1000, "
        "geom = ST_SetSRID(ST_MakePoint(351500, 305500), 27700) where ref = 'hall'"
    )
    world.connection.execute(sa.text(change))
    assert not any("Hall" in label for label in world.labels("St Marys Hall"))
    world.gather()
    assert not any("Hall" in label for label in world.labels("St Marys Hall"))


def test_no_person_can_be_put_among_the_names(world: _World) -> None:
    with (
        pytest.raises(sa.exc.IntegrityError, match="findable_no_person_check"),
        world.connection.begin_nested(),
    ):
        world.connection.execute(sa.text("update findable set kind = 'volunteer' where what = 'resource'"))


def test_a_new_hall_is_found_at_once_and_a_withdrawn_one_no_more(world: _World) -> None:
    world.resource("new", "venue", "Jubilee Pavilion", (355_000, 301_000))
    assert world.locate("jubilee pav").matches
    world.connection.execute(sa.text("update resource set withdrawn_on = '2020-01-01' where ref = 'new'"))
    assert world.locate("jubilee pav").matches == ()
    world.connection.execute(sa.text("update organisation set name = 'Garden Friends'"))
    assert world.labels("Garden Friends") == ["Garden Friends"]
    world.connection.execute(sa.text("delete from organisation"))
    assert world.labels("Garden Friends") == []


def test_the_order_does_not_depend_on_the_rows(world: _World) -> None:
    before = {text: world.labels(text) for text in ("Newton", "wem", "n", "st", "wick")}
    for table in ("place_name", "resource", "organisation"):
        world.connection.execute(
            sa.text(
                f"create temporary table kept as select * from {table}; delete from {table}; "
                f"insert into {table} overriding system value select * from kept order by id desc; "
                "drop table kept"
            )
        )
    world.gather()
    assert {text: world.labels(text) for text in before} == before


def test_one_place_is_handed_out_or_the_choices_are_told(world: _World) -> None:
    ask = (world.connection, world.county)
    assert service.place(*ask, "wem").kind == "town"
    assert service.place(*ask, "Newton", chosen=(357_400, 301_000)).easting == 357_500
    with pytest.raises(InputError, match="which one"):
        service.place(*ask, "Newton")
    with pytest.raises(UnknownPlaceError, match="no place called"):
        service.place(*ask, "Xyzzyqux")


@pytest.mark.parametrize(
    "text", ["%", "_", "100% Wem", "Wem\\", "a near b near c near d near e", "' or ''='"]
)
def test_signs_that_sql_knows_mean_nothing_here(world: _World, text: str) -> None:
    try:
        found = world.locate(text)
    except InputError:
        return
    assert len(found.matches) <= service.USUAL_MATCHES
