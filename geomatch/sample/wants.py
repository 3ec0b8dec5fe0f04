"""What communities ask for, as patterns that needs are made from."""

from dataclasses import replace

from geomatch.safeguarding import With
from geomatch.sample.bundles import BUNDLES
from geomatch.sample.roles import (
    DRIVER,
    FUND,
    HALL,
    INFORMATION,
    KITCHEN,
    MINIBUS,
    PA,
    PROJECTOR,
    QUIET,
    ROOM,
    STAGE,
    Asked,
    Want,
    helper,
    meeting,
    skilled,
    thing,
)

_DAYTIME = (10, 11, 13, 14)

VENUES = (
    (Want("Parish meeting", "An open meeting for residents.", (HALL,), minutes=(10, 15)), 90),
    (
        Want("Lunch club", "A hot meal once a fortnight for older neighbours.", (KITCHEN,), (11, 12), (3,)),
        80,
    ),
    (
        Want("Toddler group", "Somewhere warm with room to crawl.", (ROOM,), (9, 10), (2,), (10, 15), True),
        60,
    ),
    (Want("Dance class", "A clear floor for beginners.", (HALL,), (18, 19, 20), (1.5, 2)), 50),
    (Want("Craft afternoon", "Tables, light and a kettle.", (KITCHEN,), (13, 14), (2.5, 3)), 50),
    (Want("Village play rehearsal", "Evenings until the first night.", (STAGE,)), 40),
    (
        Want(
            "Advice drop-in",
            "A confidential corner for benefits and housing advice.",
            (QUIET,),
            _DAYTIME,
            (3,),
        ),
        60,
    ),
    (
        Want(
            "Youth club night",
            "A regular evening for 11 to 16.",
            (HALL,),
            (18, 19),
            (2, 2.5),
            (10, 15),
            True,
        ),
        50,
    ),
    (Want("Blood donor session", "A full day with parking.", (HALL,), (9, 12), (6,), (20, 25)), 25),
    (Want("Community choir", "A warm room with a good echo.", (ROOM,), (19,), (2,)), 45),
    (
        Want(
            "Warm space", "A warm, free place to sit on cold days.", (QUIET,), (10,), (4, 5), (10, 15), True
        ),
        50,
    ),
)

_OTHERS = (
    (
        Want("Film night projector", "A projector for the film club.", (PROJECTOR,), (18,), (4,), (20, 30)),
        70,
    ),
    (
        Want(
            "Fête gazebos",
            "Cover for the stalls.",
            (thing("gazebo", ("portable", 0.3), substitutes=("marquee",)),),
            (8, 9),
            (8,),
            (25, 30),
        ),
        45,
    ),
    (Want("Carol service PA", "So that the back can hear.", (PA,), (16, 17), (3, 4), (20, 30)), 60),
    (Want("Day out minibus", "Seats for an outing.", (MINIBUS,), (9, 10), (6, 7), (25, 30)), 45),
    (
        Want(
            "Tables and chairs",
            "For a wedding anniversary tea.",
            (thing("tables_chairs"),),
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
            (meeting(DRIVER, With.ADULTS, 2, care=True),),
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
            (meeting(helper("befriender"), With.ADULTS, 4),),
            _DAYTIME,
            (1.5, 2),
            (15, 20),
        ),
        70,
    ),
    (
        Want(
            "Youth club helpers",
            "Two more pairs of hands on a regular evening.",
            (meeting(helper("youth_helper", most=2), With.CHILDREN, 4, supervised=True),),
            (18, 19),
            (2, 2.5),
            (15, 20),
        ),
        30,
    ),
    (
        Want(
            "Holiday fun day",
            "A day of games in the school holidays.",
            (meeting(helper("youth_helper"), With.CHILDREN, 1),),
            (10,),
            (4, 5),
            (15, 20),
        ),
        15,
    ),
    (
        Want(
            "Path clearing",
            "Hands for an overgrown footpath.",
            (helper("outdoor_helper", most=4),),
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
            (helper("first_aider", ("first_aid", 0.9), most=2),),
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
            (helper("it_helper"),),
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
            (skilled("bookkeeping"),),
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
            (skilled("web_design"),),
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
            (skilled("grant_writing"),),
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
            (skilled("first_aid_training"),),
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
