"""A county is one file: every key known, every path beside it, every slip named with key and file."""

from datetime import date
from pathlib import Path

import pytest

from geomatch.errors import InputError
from geomatch.importers import county
from geomatch.model import AreaKind, Mode

SMALLEST = """
[county]
name = "North Riding"
slug = "north-riding"

[[boundaries]]
kind = "parish"
file = "maps/parishes.geojson"
"""

WHOLE = """
[county]
name = "North Riding"
slug = "north-riding"
gss = "E06000017"
illustrative = true
notice = "Drawn, not surveyed."

[[boundaries]]
kind = "parish"
file = "maps/parishes.geojson"
code = "ref_gss"
name = "name"
vintage = 2021-05-07
source = "OpenStreetMap contributors"
licence = "ODbL-1.0"

[[boundaries]]
kind = "lad"
file = "maps/parishes.geojson"
layer = "lads"
outside = true

[[groups]]
kind = "ljc"
file = "list.csv"
parish = "parish"
division = "division_code"
group = "ljc_name"
valid_from = 2010-11-10
valid_to = "ends"

[roads]
file = "roads.osm.pbf"

[speeds]
residential.car = 30
a_road = { car = 64.5, cycle = 15 }

[matching]
asks = 3
ask_minutes = 0.5
[[dates]]
name = "term-time"
from = 2026-09-03
to = 2026-10-23

[[dates]]
name = "fair"
from = 2026-09-05

[[places]]
file = "list.csv"
kind = "organisation"
subkind = "school"
where = { amenity = ["library", "school"] }

[[places]]
file = "list.csv"

[[gazetteer]]
format = "os-open-names"
file = "list.csv"
vintage = 2026-04-01

[population]
points = "list.csv"
residents = "maps/parishes.geojson"
join = "lsoa21cd"

[[organisations]]
file = "list.csv"

[[resources]]
file = "list.csv"
start = 2026-11-02

[[needs]]
file = "list.csv"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "maps").mkdir()
    for name in ("maps/parishes.geojson", "list.csv", "roads.osm.pbf"):
        (tmp_path / name).write_text("here")
    return tmp_path


def saved(folder: Path, text: str) -> Path:
    path = folder / "county.toml"
    path.write_text(text)
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as refused:
        county.read(saved(folder, text))
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_the_smallest_county_is_a_name_and_its_parishes(folder: Path) -> None:
    found = county.read(saved(folder, SMALLEST))
    assert (found.name, found.slug, found.gss, found.illustrative) == (
        "North Riding",
        "north-riding",
        None,
        False,
    )
    assert [part.file for part in found.boundaries] == [(folder / "maps" / "parishes.geojson").resolve()]
    assert (found.roads, found.population, found.groups, found.places, found.speeds) == (
        None,
        None,
        (),
        (),
        (),
    )


def test_every_part_is_read(folder: Path) -> None:
    found = county.read(saved(folder, WHOLE))
    parish, lad = found.boundaries
    assert (parish.kind, parish.code, parish.name, parish.vintage) == (
        AreaKind.PARISH,
        "ref_gss",
        "name",
        date(2021, 5, 7),
    )
    assert (parish.source, parish.licence, parish.outside) == (
        "OpenStreetMap contributors",
        "ODbL-1.0",
        False,
    )
    assert (lad.layer, lad.outside, lad.vintage) == ("lads", True, None)
    (group,) = found.groups
    assert (group.parish, group.division, group.group) == ("parish", "division_code", "ljc_name")
    assert (group.valid_from, group.valid_to) == (date(2010, 11, 10), "ends")
    assert found.roads is not None
    assert found.roads.file.name == "roads.osm.pbf"
    assert {(s.road_class, s.mode, s.kilometres_per_hour) for s in found.speeds} == {
        ("residential", Mode.CAR, 30.0),
        ("a_road", Mode.CAR, 64.5),
        ("a_road", Mode.CYCLE, 15.0),
    }
    assert found.matching == {"asks": 3, "ask_minutes": 0.5}
    assert [(each.name, each.first, each.last) for each in found.dates] == [
        ("term-time", date(2026, 9, 3), date(2026, 10, 23)),
        ("fair", date(2026, 9, 5), date(2026, 9, 5)),
    ]
    school, rest = found.places
    assert (school.kind, school.subkind, school.where) == (
        "organisation",
        "school",
        {"amenity": ("library", "school")},
    )
    assert (rest.kind, rest.subkind, rest.where) == ("venue", None, {})
    assert (found.gazetteers[0].format, found.gazetteers[0].vintage) == ("os-open-names", date(2026, 4, 1))
    assert found.population is not None
    assert (found.population.join, found.resources[0].start) == ("lsoa21cd", date(2026, 11, 2))
    assert (found.gss, found.illustrative, found.notice) == ("E06000017", True, "Drawn, not surveyed.")
    assert len(found.organisations) == len(found.needs) == 1


def test_paths_are_beside_the_file_and_not_where_the_reader_stands(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = saved(folder, SMALLEST)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert county.read(path).boundaries[0].file.is_file()


def test_population_may_have_its_residents_on_the_points(folder: Path) -> None:
    found = county.read(saved(folder, SMALLEST + '[population]\npoints = "list.csv"\n'))
    assert found.population is not None
    assert (found.population.residents, found.population.join) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "North Riding"', "", "county.toml [county]: name is missing"),
        ('name = "North Riding"', "name = 7", "name = 7; expected a text"),
        ('"north-riding"', '"North Riding"', "slug = 'North Riding'; expected small letters"),
        ("[county]", "[shire]", "county is missing"),
        ('file = "maps/parishes.geojson"', 'file = "maps/none.geojson"', "there is none at"),
        ('file = "maps/parishes.geojson"', 'file = "maps"', "there is none at"),
        ('kind = "parish"', 'kind = "village"', "[boundaries 1]: kind = 'village'; expected one of parish"),
        ('kind = "parish"', 'kind = "division"', 'no [[boundaries]] with kind = "parish"'),
        ('kind = "parish"', 'kind = "parish"\noutside = true', 'no [[boundaries]] with kind = "parish"'),
        ('kind = "parish"', 'kind = "parish"\noutside = "no"', "outside = 'no'; expected true or false"),
        ('kind = "parish"', 'kind = "parish"\nvintage = "2021"', "expected a date without quotes"),
        (
            'kind = "parish"',
            'kind = "parish"\nvintage = 2021-05-07T10:00:00',
            "expected a date without quotes",
        ),
        (
            'kind = "parish"',
            'kind = "parish"\nlicense = "OGL"',
            "[boundaries 1]: unknown key license",
        ),
        ("[county]", "[county]\ncolour = 1", "county.toml [county]: unknown key colour"),
        ("[county]", 'roads = "x"\n[county]', "roads = 'x'; expected a table, written [roads]"),
        ("[county]", 'places = "x"\n[county]', "expected tables, each written [[places]]"),
        ("[county]", "[extra]\n[county]", "county.toml: unknown key extra; expected boundaries, county"),
        ("[county]", "[county", "not TOML in UTF-8"),
        ("[[boundaries]]", 'gss = "Rutland"\n[[boundaries]]', "expected a GSS code such as E06000017"),
    ],
)
def test_a_slip_is_named_with_its_key_and_file(folder: Path, old: str, new: str, words: str) -> None:
    assert old in SMALLEST
    assert words in refusal(folder, SMALLEST.replace(old, new, 1))


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ('[[groups]]\nkind = "ljc"\nfile = "list.csv"', "[groups 1]: group is missing"),
        ('[[groups]]\nkind = "ljc"\nfile = "list.csv"\ngroup = "g"\nvalid_from = 7', "expected a date"),
        ('[[gazetteer]]\nformat = "nlpg"\nfile = "list.csv"', "expected one of code-point-open, onspd"),
        ('[population]\npoints = "list.csv"\nresidents = "list.csv"', "[population]: join is missing"),
        ('[[places]]\nfile = "list.csv"\nkind = "pub"', "kind = 'pub'; expected one of venue"),
        ('[[places]]\nfile = "list.csv"\nwhere = ["pub"]', "expected a table such as"),
        ('[[places]]\nfile = "list.csv"\nwhere = { amenity = "pub" }', "expected lists of texts"),
        ('[[needs]]\nfile = "list.csv"\nstart = 2026-11-02', "[needs 1]: unknown key start"),
        ('[roads]\nfile = ""', "[roads]: file = ''; expected a text"),
        ('[[dates]]\nname = "term-time"', "[dates 1]: from is missing"),
        ('[[dates]]\nname = "Term Time"\nfrom = 2026-09-03', "expected small letters, digits and hyphens"),
        ('[[dates]]\nname = "x"\nfrom = 2026-09-03\nto = 2026-09-02', "to 2026-09-02 is before from"),
        ('[[dates]]\nname = "x"\nfrom = "2026"', "expected a date without quotes"),
        ("[speeds]\nresidential = 30", "[speeds]: residential = 30; expected a table"),
        (
            "[speeds]\nresidential.horse = 30",
            "unknown key horse; expected car, cycle, foot",
        ),
        ("[speeds]\nresidential.car = 0", "car = 0; expected a number above 0, at most 150"),
        ("[speeds]\nresidential.car = 30000", "expected a number above 0, at most 150"),
        ('[matching]\nasks = "two"', "[matching]: asks = 'two'; expected a number"),
        ("[matching]\nasks = true", "[matching]: asks = True; expected a number"),
        ("[speeds]\nresidential.car = true", "expected a number above 0, at most 150"),
    ],
)
def test_a_slip_in_any_part_is_named(folder: Path, part: str, words: str) -> None:
    assert words in refusal(folder, SMALLEST + part + "\n")


def test_no_file_and_other_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a county's TOML file"):
        county.read(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "Caf\xe9"')
    with pytest.raises(InputError, match="not TOML in UTF-8"):
        county.read(tmp_path / "latin.toml")
