"""What communities ask for, as patterns that needs are made from."""

from dataclasses import dataclass, replace

from geomatch.model import ResourceKind

VENUE, EQUIPMENT, VOLUNTEER = ResourceKind.VENUE, ResourceKind.EQUIPMENT, ResourceKind.VOLUNTEER
SKILL, FUND, INFORMATION = ResourceKind.SKILL, ResourceKind.FUND, ResourceKind.INFORMATION


@dataclass(frozen=True, slots=True)
class Asked:
    """One role. ``features`` pairs what may be asked for with how likely it is; ``slack`` is how many fewer
    than the quantity will still do.
    """

    id: str
    kind: ResourceKind
    subkind: str = ""
    substitutes: tuple[str, ...] = ()
    quantities: tuple[int, ...] = (1,)
    slack: int = 0
    features: tuple[tuple[str, float], ...] = ()
    seats: tuple[int, ...] = ()
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """One kind of need: hours of the day it may start at, hours it lasts, minutes of travel it bears."""

    title: str
    description: str
    roles: tuple[Asked, ...]
    times: tuple[int, ...] = (18, 19)
    hours: tuple[float, ...] = (2, 2.5, 3)
    minutes: tuple[int, ...] = (10, 15, 20)
    on_foot: bool = False


_ACCESS = (("step_free", 0.3), ("accessible_toilet", 0.15), ("hearing_loop", 0.1))
_HALL = Asked("venue", VENUE, features=_ACCESS, seats=(30, 40, 60, 80))
_ROOM = Asked("venue", VENUE, features=(("step_free", 0.25), ("heating", 0.2)))
_KITCHEN = Asked("venue", VENUE, features=(("kitchen", 0.7), ("step_free", 0.3)), seats=(30, 40, 50))
_STAGE = Asked("venue", VENUE, features=(("stage", 0.55), ("hearing_loop", 0.2)), seats=(60, 80, 100))
_QUIET = Asked("venue", VENUE, features=(("wifi", 0.4), ("step_free", 0.4), ("quiet_space", 0.15)))


def _thing(subkind: str, *features: tuple[str, float], substitutes: tuple[str, ...] = ()) -> Asked:
    return Asked(subkind.split("_")[0], EQUIPMENT, subkind, substitutes, features=features)


def _helper(subkind: str, *features: tuple[str, float], most: int = 1, minutes: float | None = None) -> Asked:
    return Asked(
        subkind.split("_")[0],
        VOLUNTEER,
        subkind,
        quantities=tuple(range(1, most + 1)),
        slack=1,
        features=features,
        minutes=minutes,
    )


def _skilled(subkind: str, *substitutes: str) -> Asked:
    return Asked("skill", SKILL, subkind, substitutes)


_DRIVER = _helper("driver", ("own_vehicle", 0.6), most=2, minutes=20.0)
_COOK = _helper("kitchen_helper", ("food_hygiene", 0.4), most=3)
_PROJECTOR = _thing("projector", ("hdmi", 0.4))
_PA = _thing("pa_system", substitutes=("portable_pa",))
_MINIBUS = _thing("minibus", ("passengers=12", 0.6), substitutes=("people_carrier",))

_DAYTIME = (10, 11, 13, 14)

VENUES = (
    (Want("Parish meeting", "An open meeting for residents.", (_HALL,), minutes=(10, 15)), 90),
    (
        Want("Lunch club", "A hot meal once a fortnight for older neighbours.", (_KITCHEN,), (11, 12), (3,)),
        80,
    ),
    (
        Want("Toddler group", "Somewhere warm with room to crawl.", (_ROOM,), (9, 10), (2,), (10, 15), True),
        60,
    ),
    (Want("Dance class", "A clear floor for beginners.", (_HALL,), (18, 19, 20), (1.5, 2)), 50),
    (Want("Craft afternoon", "Tables, light and a kettle.", (_KITCHEN,), (13, 14), (2.5, 3)), 50),
    (Want("Village play rehearsal", "Evenings until the first night.", (_STAGE,)), 40),
    (
        Want(
            "Advice drop-in",
            "A confidential corner for benefits and housing advice.",
            (_QUIET,),
            _DAYTIME,
            (3,),
        ),
        60,
    ),
    (
        Want(
            "Youth club night",
            "A regular evening for 11 to 16.",
            (_HALL,),
            (18, 19),
            (2, 2.5),
            (10, 15),
            True,
        ),
        50,
    ),
    (Want("Blood donor session", "A full day with parking.", (_HALL,), (9, 12), (6,), (20, 25)), 25),
    (Want("Community choir", "A warm room with a good echo.", (_ROOM,), (19,), (2,)), 45),
    (
        Want(
            "Warm space", "A warm, free place to sit on cold days.", (_QUIET,), (10,), (4, 5), (10, 15), True
        ),
        50,
    ),
)

_OTHERS = (
    (
        Want("Film night projector", "A projector for the film club.", (_PROJECTOR,), (18,), (4,), (20, 30)),
        70,
    ),
    (
        Want(
            "Fête gazebos",
            "Cover for the stalls.",
            (_thing("gazebo", ("portable", 0.3), substitutes=("marquee",)),),
            (8, 9),
            (8,),
            (25, 30),
        ),
        45,
    ),
    (Want("Carol service PA", "So that the back can hear.", (_PA,), (16, 17), (3, 4), (20, 30)), 60),
    (Want("Day out minibus", "Seats for an outing.", (_MINIBUS,), (9, 10), (6, 7), (25, 30)), 45),
    (
        Want(
            "Tables and chairs",
            "For a wedding anniversary tea.",
            (_thing("tables_chairs"),),
            (10, 12),
            (6,),
            (20, 25),
        ),
        40,
    ),
    (
        Want(
            "Lifts to hospital",
            "Volunteer drivers for appointments.",
            (_DRIVER,),
            (8, 9, 13),
            (3, 4),
            (15, 20),
        ),
        95,
    ),
    (
        Want(
            "Befriending visits",
            "A weekly chat at home.",
            (_helper("befriender", ("dbs_enhanced", 0.6)),),
            _DAYTIME,
            (1.5, 2),
            (15, 20),
        ),
        70,
    ),
    (
        Want(
            "Path clearing",
            "Hands for an overgrown footpath.",
            (_helper("outdoor_helper", most=4),),
            (9, 10),
            (3,),
            (15, 20),
        ),
        50,
    ),
    (
        Want(
            "First aid cover",
            "For a sponsored walk.",
            (_helper("first_aider", ("first_aid", 0.9), most=2),),
            (9, 10),
            (5,),
            (20, 25),
        ),
        35,
    ),
    (
        Want(
            "IT help session",
            "Phones and forms explained.",
            (_helper("it_helper"),),
            _DAYTIME,
            (2,),
            (15, 20),
        ),
        40,
    ),
    (
        Want(
            "Annual accounts",
            "An independent look at the books.",
            (_skilled("bookkeeping"),),
            (),
            (),
            (30, 40),
        ),
        40,
    ),
    (
        Want(
            "Website rescue",
            "A small site that nobody can update.",
            (_skilled("web_design"),),
            (),
            (),
            (40, 60),
        ),
        30,
    ),
    (
        Want(
            "Grant application help",
            "A second pair of eyes on a form.",
            (_skilled("grant_writing"),),
            (),
            (),
            (30, 45),
        ),
        35,
    ),
    (
        Want(
            "Defibrillator training",
            "An evening for twenty people.",
            (_skilled("first_aid_training"),),
            (18, 19),
            (2,),
            (25, 35),
        ),
        35,
    ),
    (
        Want(
            "Small grant",
            "Up to £500 for equipment.",
            (Asked("fund", FUND, "small_grant", features=(("pounds=300", 0.5),)),),
            (),
            (),
            (),
        ),
        45,
    ),
    (
        Want(
            "Hardship help",
            "Heating costs for a household.",
            (Asked("fund", FUND, "hardship_fund"),),
            (),
            (),
            (),
        ),
        25,
    ),
    (
        Want(
            "Guidance on running a hall",
            "Safety, hiring and insurance.",
            (Asked("information", INFORMATION, "guidance_pack", ("workshop_notes",)),),
            (),
            (),
            (),
        ),
        35,
    ),
    (
        Want(
            "Flood leaflets",
            "One for each door by the river.",
            (Asked("information", INFORMATION, "leaflet"),),
            (),
            (),
            (),
        ),
        25,
    ),
)

BUNDLES = (
    (
        Want(
            "Film night",
            "A hall, a screen and somebody to mind the door.",
            (_HALL, _PROJECTOR, _helper("steward", most=2)),
            (18, 19),
            (3,),
            (15, 20),
        ),
        32,
    ),
    (
        Want(
            "Community lunch",
            "Somewhere to cook and people to cook with.",
            (_KITCHEN, _COOK),
            (11, 12),
            (3,),
            (15, 20),
        ),
        36,
    ),
    (Want("Quiz night", "A hall that can hear its quizmaster.", (_HALL, _PA), (19,), (3,), (15, 20)), 28),
    (
        Want(
            "Outing for older residents",
            "A minibus and somebody to drive it.",
            (_MINIBUS, _helper("driver", ("d1_licence", 0.5))),
            (9, 10),
            (5, 6),
            (25, 30),
        ),
        26,
    ),
    (
        Want(
            "Training evening",
            "A room and a trainer.",
            (_ROOM, _skilled("first_aid_training")),
            (18, 19),
            (2,),
            (25, 30),
        ),
        26,
    ),
    (
        Want(
            "Memory café",
            "A quiet hall, lifts there and back, and tea.",
            (_KITCHEN, _DRIVER, _COOK),
            (14,),
            (2, 2.5),
            (15, 20),
        ),
        28,
    ),
    (
        Want(
            "Talk by the history society",
            "A projector in a darkened hall.",
            (
                Asked("venue", VENUE, features=(("blackout", 0.4), ("hearing_loop", 0.2)), seats=(40, 60)),
                _PROJECTOR,
            ),
            (19,),
            (2,),
            (15, 20),
        ),
        24,
    ),
)

SINGLE = (*VENUES, *_OTHERS)
"""Every kind of need that asks for one thing."""


def _anywhere(want: Want) -> Want:
    """The same for whatever place there is: halls from a map state neither seats nor kitchens."""
    return replace(want, roles=tuple(replace(role, features=(), seats=()) for role in want.roles))


SIMPLE = (
    *((_anywhere(want), weight * 2) for want, weight in VENUES),
    *VENUES,
    *((want, weight // 5) for want, weight in (*_OTHERS, *BUNDLES)),
)
"""Mostly what a venue alone can give, and mostly what any venue can."""
