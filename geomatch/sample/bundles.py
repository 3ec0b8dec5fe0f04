"""Needs that ask for several things together."""

from dataclasses import replace

from geomatch.safeguarding import With
from geomatch.sample.roles import (
    COOK,
    DRIVER,
    HALL,
    KITCHEN,
    MINIBUS,
    PA,
    PROJECTOR,
    ROOM,
    VENUE,
    Asked,
    Want,
    helper,
    meeting,
    skilled,
)

BUNDLES = (
    (
        Want(
            "Travelling cinema",
            "A hall, a projector, and somebody to fetch it and take it back.",
            (HALL, PROJECTOR, replace(helper("driver", minutes=20.0), carries=PROJECTOR.id)),
            (18, 19),
            (3,),
            (10, 15),
        ),
        20,
    ),
    (
        Want(
            "Film night",
            "A hall, a screen and somebody to mind the door.",
            (HALL, PROJECTOR, helper("steward", most=2)),
            (18, 19),
            (3,),
            (10, 15),
        ),
        32,
    ),
    (
        Want(
            "Community lunch",
            "Somewhere to cook and people to cook with.",
            (KITCHEN, COOK),
            (11, 12),
            (3,),
            (15, 20),
        ),
        36,
    ),
    (Want("Quiz night", "A hall that can hear its quizmaster.", (HALL, PA), (19,), (3,), (10, 15)), 28),
    (
        Want(
            "Outing for older residents",
            "A minibus and somebody to drive it.",
            (
                MINIBUS,
                replace(meeting(helper("driver", ("d1_licence", 0.5)), With.ADULTS, 1), carries=MINIBUS.id),
            ),
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
            (ROOM, skilled("first_aid_training")),
            (18, 19),
            (2,),
            (15, 20),
        ),
        26,
    ),
    (
        Want(
            "Memory café",
            "A quiet hall, lifts there and back, and tea.",
            (
                KITCHEN,
                meeting(DRIVER, With.ADULTS, 2),
                meeting(COOK, With.ADULTS, 2, supervised=True),
            ),
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
                PROJECTOR,
            ),
            (19,),
            (2,),
            (10, 15),
        ),
        24,
    ),
)
