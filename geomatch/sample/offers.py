"""What organisations and people of the sample county offer, as patterns that resources are made from."""

from dataclasses import dataclass

from geomatch.model import ResourceKind, Travels
from geomatch.safeguarding import Level

VENUE, EQUIPMENT, VOLUNTEER = ResourceKind.VENUE, ResourceKind.EQUIPMENT, ResourceKind.VOLUNTEER
SKILL, FUND, INFORMATION = ResourceKind.SKILL, ResourceKind.FUND, ResourceKind.INFORMATION


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of resource. ``features`` pairs a feature (``name`` or ``name=low..high``) with how likely it
    is stated as held; ``fewest`` is the least number of residents of a place that has one; ``checks`` pairs
    a DBS level with how likely it is held.
    """

    subkind: str
    names: tuple[str, ...]
    weight: int
    features: tuple[tuple[str, float], ...] = ()
    fewest: int = 40
    travels: Travels | None = None
    quantity: tuple[int, int] = (1, 1)
    checks: tuple[tuple[Level, float], ...] = ()


_HALL = (
    ("kitchen", 0.8),
    ("heating", 0.85),
    ("stage", 0.35),
    ("wifi", 0.45),
    ("projector", 0.2),
    ("blackout", 0.2),
    ("outdoor_space", 0.5),
    ("storage", 0.3),
    ("seats_theatre=40..180", 0.9),
    ("seats_tables=24..110", 0.7),
    ("pence_per_hour=600..2200", 0.75),
    ("music_licence", 0.5),
    ("alcohol_licence", 0.35),
    ("hdmi", 0.15),
)
_ROOM = (
    ("kitchen", 0.5),
    ("heating", 0.9),
    ("wifi", 0.6),
    ("quiet_space", 0.25),
    ("seats_theatre=20..60", 0.8),
    ("pence_per_hour=400..1500", 0.7),
    ("hdmi", 0.25),
    ("projector", 0.15),
)
_SOME = ((Level.BASIC, 0.3), (Level.ENHANCED, 0.2), (Level.BARRED_LISTS, 0.1))
_DRIVERS = ((Level.BASIC, 0.15), (Level.ENHANCED, 0.15), (Level.BARRED_LISTS, 0.5))
_VISITORS = ((Level.ENHANCED, 0.55), (Level.BARRED_LISTS, 0.25))
_YOUTH = ((Level.ENHANCED, 0.15), (Level.BARRED_LISTS, 0.75))

OFFERS: dict[ResourceKind, tuple[Offer, ...]] = {
    VENUE: (
        Offer("village_hall", ("{} Village Hall", "{} Memorial Hall", "{} Community Hall"), 46, _HALL),
        Offer(
            "church_hall",
            (
                "St Mary's Parish Rooms, {}",
                "St Peter's Church Room, {}",
                "All Saints' Hall, {}",
                "St Michael's Parish Room, {}",
                "{} Methodist Schoolroom",
            ),
            26,
            _ROOM,
        ),
        Offer("school_hall", ("{} School Hall",), 12, _HALL, 350),
        Offer(
            "community_room", ("{} Reading Room", "{} Community Centre", "The Old School, {}"), 16, _ROOM, 100
        ),
        Offer("library", ("{} Library Meeting Room",), 5, (*_ROOM, ("step_free", 0.9)), 2400),
        Offer("sports_pavilion", ("{} Sports Pavilion", "{} Bowls Pavilion"), 10, _ROOM, 350),
        Offer("pub_room", ("Function Room at {}", "Skittle Alley at {}"), 9, _ROOM, 100),
    ),
    EQUIPMENT: (
        Offer("projector", ("Projector and screen, {}",), 24, (("hdmi", 0.7), ("portable", 0.9))),
        Offer("pa_system", ("PA system, {}",), 18, (("portable", 0.6), ("needs_van", 0.2))),
        Offer("portable_pa", ("Battery speaker and microphone, {}",), 10, (("portable", 0.95),)),
        Offer("gazebo", ("Gazebos, {}",), 16, (("portable", 0.8),), quantity=(1, 4)),
        Offer("marquee", ("Marquee, {}",), 6, (("needs_van", 0.9),)),
        Offer("tables_chairs", ("Folding tables and chairs, {}",), 18, (("needs_van", 0.7),)),
        Offer(
            "minibus", ("{} Community Minibus",), 14, (("passengers=12..16", 0.95), ("step_free", 0.5)), 300
        ),
        Offer("people_carrier", ("Seven-seater, {}",), 6, (("passengers=6..7", 0.95),), 300),
        Offer("display_boards", ("Display boards, {}",), 9, (("portable", 0.8),)),
        Offer("generator", ("Quiet generator, {}",), 6, (("needs_van", 0.5),)),
        Offer("laptops", ("Set of laptops, {}",), 5, (("portable", 0.95),), 1500, quantity=(1, 2)),
    ),
    VOLUNTEER: (
        Offer(
            "driver",
            ("Volunteer driver near {}",),
            34,
            (("own_vehicle", 0.75), ("d1_licence", 0.25)),
            checks=_DRIVERS,
        ),
        Offer("befriender", ("Befriender near {}",), 20, (("welsh", 0.06),), checks=_VISITORS),
        Offer("kitchen_helper", ("Kitchen helper near {}",), 18, (("food_hygiene", 0.5),), checks=_SOME),
        Offer("outdoor_helper", ("Outdoor helper near {}",), 16, (("own_vehicle", 0.5), ("first_aid", 0.15))),
        Offer("first_aider", ("First aider near {}",), 10, (("first_aid", 0.9),), checks=_SOME),
        Offer("it_helper", ("Phone and computer helper near {}",), 11, checks=_SOME),
        Offer("steward", ("Steward near {}",), 14, (("first_aid", 0.2),)),
        Offer("youth_helper", ("Youth helper near {}",), 9, checks=_YOUTH),
    ),
    SKILL: (
        Offer("bookkeeping", ("Bookkeeping and independent examination, {}",), 22),
        Offer("web_design", ("Help with websites, {}",), 15),
        Offer("grant_writing", ("Help with grant applications, {}",), 18),
        Offer("first_aid_training", ("First aid and defibrillator training, {}",), 17, (("first_aid", 0.9),)),
        Offer("joinery", ("Joinery and small repairs, {}",), 10),
        Offer("translation", ("Welsh translation, {}",), 4, (("welsh", 1.0),)),
        Offer("photography", ("Photography, {}",), 8),
        Offer("sound_engineering", ("Sound engineering, {}",), 6),
    ),
    FUND: (
        Offer(
            "small_grant", ("{} Small Grants Fund",), 60, (("pounds=200..2500", 0.95),), 400, quantity=(1, 2)
        ),
        Offer("hardship_fund", ("{} Relief in Need Fund",), 28, (("pounds=100..600", 0.9),), 800),
        Offer("hall_improvement", ("{} Hall Improvement Fund",), 12, (("pounds=1000..12000", 0.9),), 1500),
    ),
    INFORMATION: (
        Offer(
            "guidance_pack",
            (
                "Guidance pack: running a hall, from {}",
                "Guidance pack: safeguarding, from {}",
                "Guidance pack: events, from {}",
            ),
            45,
        ),
        Offer("leaflet", ("Leaflets: flooding, from {}", "Leaflets: falls and warmth, from {}"), 25),
        Offer(
            "workshop_notes", ("Workshop notes: insurance, from {}", "Workshop notes: trustees, from {}"), 18
        ),
        Offer("directory", ("Directory of local services, {}",), 12),
    ),
}

COUNTS = {VENUE: 620, EQUIPMENT: 560, VOLUNTEER: 800, SKILL: 300, FUND: 110, INFORMATION: 210}
"""How many resources of each kind; 2,600 in all."""
