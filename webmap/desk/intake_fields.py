"""What the forms of the desk ask for: the columns of the templates, in the order that callers tell them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geomatch.model import SECTORS, Mode, ResourceKind, Travels, Truth
from geomatch.safeguarding import Level, With


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of a form. ``shape`` is line, area, choice, parish or day; ``options`` are (value, words)."""

    name: str
    label: str
    hint: str = ""
    shape: str = "line"
    options: tuple[tuple[str, str], ...] = ()
    needed: bool = False
    usual: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Some cells under one heading; those that few callers need are folded away.

    With a ``template`` it is drawn by that, and not cell by cell.
    """

    title: str
    fields: tuple[Field, ...]
    folded: bool = False
    template: str = ""


_KINDS = tuple((str(kind), words) for kind, words in (
    (ResourceKind.VENUE, "A venue"),
    (ResourceKind.EQUIPMENT, "Equipment"),
    (ResourceKind.VOLUNTEER, "A volunteer"),
    (ResourceKind.SKILL, "A skill"),
    (ResourceKind.FUND, "Funding"),
    (ResourceKind.INFORMATION, "Information"),
))  # fmt: skip
_MODES = ((str(Mode.CAR), "By car"), (str(Mode.FOOT), "On foot"), (str(Mode.CYCLE), "By cycle"))
_TRUTHS = ((str(Truth.UNKNOWN), "Not known"), (str(Truth.YES), "Yes"), (str(Truth.NO), "No"))
_YES_NO = (("yes", "Yes"), ("no", "No"))
_SECTORS = tuple((each, each.capitalize()) for each in SECTORS)
_LEVELS = (
    (str(Level.NONE), "None"),
    (str(Level.BASIC), "Basic"),
    (str(Level.STANDARD), "Standard"),
    (str(Level.ENHANCED), "Enhanced"),
    (str(Level.BARRED_LISTS), "Enhanced with barred lists"),
)
_WITH = (
    (str(With.NOBODY), "Nobody at risk"),
    (str(With.CHILDREN), "Children"),
    (str(With.ADULTS), "Adults at risk"),
    (str(With.BOTH), "Children and adults at risk"),
)
_TRAVELS = (
    ("", "As usual for its kind"),
    (str(Travels.BENEFICIARY), "People come to it"),
    (str(Travels.RESOURCE), "It comes to where it is needed"),
    (str(Travels.CARRIED), "It is fetched and brought back"),
    (str(Travels.NOBODY), "It needs no journey"),
)

_GROUP = Field("organisation", "Group", "Its name, or its id. Leave it empty if there is none.")
_WORDS = Field("description", "Anything else to know", shape="area")
_POSTCODE = Field("postcode", "Postcode", "Such as SY7 8BQ, in any spelling")
_GRID = Section(
    "A position on the map instead",
    (
        Field("easting", "Easting", "Metres on the national grid, such as 344000"),
        Field("northing", "Northing", "Metres on the national grid, such as 286000"),
        Field("lon", "Longitude", "Degrees, such as -2.72, in place of both"),
        Field("lat", "Latitude", "Degrees, such as 52.37"),
    ),
    folded=True,
)
_FEATURES = "Divided by semicolons, such as step-free; kitchen; seats theatre=60"
_MINUTES = "Minutes one way; empty for as usual"

_NEED = (
    Section("What is needed", (Field("title", "In a few words", needed=True), _WORDS, _GROUP)),
    Section(
        "Where",
        (_POSTCODE, Field("parish", "Parish", "Where no postcode is known", shape="parish")),
    ),
    _GRID,
    Section(
        "When",
        (
            Field(
                "windows",
                "Days and times",
                "Any of them, such as 2026-12-03 19:00-21:30; 2026-12-04 19:00-21:30. Empty for any time.",
                shape="area",
            ),
            Field("asked", "Asked on", shape="day"),
            Field("closes", "Closes on", "The last day on which it is wanted", shape="day"),
        ),
    ),
    Section(
        "Journeys and weight",
        (
            Field("mode", "How people travel", shape="choice", options=_MODES, usual="car"),
            Field("max_minutes", "At most so far", _MINUTES),
            Field("weight", "Weight", "1 for any other need; up to 1000", usual="1"),
            Field(
                "all_or_nothing",
                "All of it or nothing",
                shape="choice",
                options=_YES_NO,
                usual="yes",
            ),
        ),
        folded=True,
    ),
)
ROLE = (
    Section(
        "",
        (
            Field("kind", "Kind", shape="choice", options=(("", "Choose one"), *_KINDS), needed=True),
            Field("subkind", "Which sort", "Such as village hall, projector or driver; empty for any"),
            Field("quantity", "How many", usual="1"),
            Field("features", "What it must have", _FEATURES),
        ),
    ),
    Section(
        "More about it",
        (
            Field("minimum", "At least", "Fewer are of no use; 0 where it can be done without", usual="1"),
            Field("substitutes", "Or else", "Other sorts that will do, divided by semicolons"),
            Field("role_max_minutes", "At most so far", _MINUTES),
            Field("role", "Its name in this need", "Such as hall or driver"),
            Field("carries", "Carries", "The name of the thing here that this person fetches"),
            Field("contact", "Works with", shape="choice", options=_WITH, usual=str(With.NOBODY)),
            Field("contact_days", "On how many days in 30"),
            Field("overnight", "At night, between 2 and 6", shape="choice", options=_TRUTHS, usual="unknown"),
            Field("personal_care", "Personal care", shape="choice", options=_TRUTHS, usual="unknown"),
            Field("supervised", "Supervised", shape="choice", options=_TRUTHS, usual="unknown"),
            Field("dbs_level", "DBS check asked for", shape="choice", options=_LEVELS, usual=str(Level.NONE)),
        ),
        folded=True,
    ),
)  # fmt: skip

_RESOURCE = (
    Section(
        "What is offered",
        (
            Field("name", "Name", "As the village calls it; of a person only what all may read", needed=True),
            Field("kind", "Kind", shape="choice", options=(("", "Choose one"), *_KINDS), needed=True),
            Field("subkind", "Which sort", "Such as village hall, projector or driver"),
            Field("quantity", "How many", usual="1"),
            _WORDS,
            _GROUP,
        ),
    ),
    Section("Where", (_POSTCODE,)),
    _GRID,
    Section(
        "What it has and when it is free",
        (
            Field("features", "What it has", _FEATURES, shape="area"),
            Field(
                "openings",
                "Open",
                "Such as Mon-Fri 09:00-17:00; 1st Tue 19:00-21:00; not 2026-12-25. Empty where nobody knows.",
                shape="area",
            ),
            Field(
                "from",
                "Open from",
                "Its first day, where it comes round every other week",
                shape="day",
            ),
            Field("verified_until", "Vouched for until", shape="day"),
        ),
    ),
    Section(
        "Journeys and times kept free",
        (
            Field("travels", "Who travels", shape="choice", options=_TRAVELS),
            Field("mode", "How", shape="choice", options=_MODES, usual="car"),
            Field("max_minutes", "At most so far", _MINUTES),
            Field("catchment", "Serves", "Anywhere, 20 minutes, or parishes E04011198;E04011199"),
            Field("set_up_minutes", "Minutes to set up"),
            Field("turn_round_minutes", "Minutes to turn round"),
        ),
        folded=True,
    ),
    Section(
        "DBS check that somebody has seen",
        (
            Field("dbs_level", "Level", shape="choice", options=(("", "None seen"), *_LEVELS[1:])),
            Field("dbs_issued", "Issued on", shape="day"),
            Field("dbs_seen", "Seen on", shape="day"),
            Field("dbs_seen_by", "Seen by"),
            Field("dbs_until", "Good until", shape="day"),
        ),
        folded=True,
    ),
)
_ORGANISATION = (
    Section(
        "The group",
        (
            Field("name", "Name", needed=True),
            _WORDS,
            Field("sector", "Sector", shape="choice", options=_SECTORS, usual=SECTORS[0]),
            Field("small", "A small group", shape="choice", options=_TRUTHS, usual="unknown"),
            Field("themes", "What it is about", "Divided by semicolons"),
        ),
    ),
    Section("Where", (_POSTCODE,)),
    _GRID,
    Section(
        "How to reach it",
        (Field("email", "E-mail"), Field("telephone", "Telephone"), Field("url", "Web page")),
    ),
)  # fmt: skip

_ASPIRATION = (
    Section(
        "We would like one day",
        (
            Field("title", "In a few words", "Such as a café in the old school", needed=True),
            _WORDS,
            _GROUP,
        ),
    ),
    *_NEED[1:3],
)  # fmt: skip

FORMS: Mapping[str, tuple[Section, ...]] = MappingProxyType(
    {"needs": _NEED, "aspirations": _ASPIRATION, "resources": _RESOURCE, "organisations": _ORGANISATION}
)
"""The sections of each form; a need's roles come after them, one by one."""

ONE = MappingProxyType(
    {"needs": "need", "aspirations": "wish for one day", "resources": "offer", "organisations": "group"}
)
"""What one of each is called."""

RECORDS = MappingProxyType({kind: "needs" if kind == "aspirations" else kind for kind in FORMS})
"""As what each is kept: what is wished for one day is a need that asks for nothing yet."""


def named(sections: tuple[Section, ...]) -> list[Field]:
    """The fields of some sections, in order."""
    return [field for section in sections for field in section.fields]
