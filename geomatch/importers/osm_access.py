"""Who may pass, and which way, by OpenStreetMap's tags on one way or node.

Tags as OpenStreetMap's wiki documents them (Key:access, Key:oneway, Key:barrier, Key:designation), with
the defaults it gives for the United Kingdom. Not read: restrictions that hold at some hours only, turn
restrictions, weights and heights.
"""

from collections.abc import Mapping

from geomatch.model import Mode
from geomatch.roads import MODES, RoadClass, RoadFlag, permission

Tags = Mapping[str, str]

_CAR_FREE = {RoadClass.PATH, RoadClass.CYCLEWAY, RoadClass.STEPS, RoadClass.TRACK}
"""No cars unless a tag says so. Tracks are farm and forest roads, private to motor vehicles as a rule."""

_CYCLE_FREE = {"motorway", "motorway_link", "footway", "pedestrian", "steps"}
_FOOT_FREE = {"motorway", "motorway_link"}

_ACCESS_TAGS = {
    Mode.CAR: ("motorcar", "motor_vehicle", "vehicle", "designation", "access"),
    Mode.FOOT: ("foot", "designation", "access"),
    Mode.CYCLE: ("bicycle", "vehicle", "designation", "access"),
}
"""The most particular first; the first that is understood decides."""

YES = {"yes", "permissive", "designated", "destination", "customers", "customer", "public", "official"}
_NO = {
    "no",
    "private",
    "agricultural",
    "agricultural;forestry",
    "forestry",
    "delivery",
    "emergency",
    "military",
    "permit",
    "residents",
    "use_sidepath",
    "dismount",
}

_RIGHTS_OF_WAY = {
    "public_footpath": {Mode.FOOT},
    "public_bridleway": {Mode.FOOT, Mode.CYCLE},
    "restricted_byway": {Mode.FOOT, Mode.CYCLE},
    "byway_open_to_all_traffic": {Mode.FOOT, Mode.CYCLE, Mode.CAR},
}
"""Rights recorded in the definitive map of England and Wales, which hold on a private road too."""

_STOPS_CARS = {
    "block",
    "bollard",
    "chain",
    "cycle_barrier",
    "debris",
    "fence",
    "full-height_turnstile",
    "hedge",
    "jersey_barrier",
    "kissing_gate",
    "log",
    "motorcycle_barrier",
    "planter",
    "stile",
    "turnstile",
    "wall",
}
_STOPS_CYCLES = {"fence", "full-height_turnstile", "hedge", "kissing_gate", "stile", "turnstile", "wall"}


def permissions(tags: Tags, road_class: RoadClass) -> RoadFlag:
    """Permission flags of a way: every mode that may use it, in each direction that it may."""
    highway = tags.get("highway", "")
    usual = {
        Mode.CAR: road_class not in _CAR_FREE and road_class != RoadClass.FERRY,
        Mode.FOOT: highway not in _FOOT_FREE,
        Mode.CYCLE: highway not in _CYCLE_FREE,
    }
    flags = RoadFlag(0)
    for mode in MODES:
        if _allowed(tags, mode, default=usual[mode]):
            way = direction(tags, mode)
            flags |= permission(mode, forward=True) if way >= 0 else RoadFlag(0)
            flags |= permission(mode, forward=False) if way <= 0 else RoadFlag(0)
    return flags


def _allowed(tags: Tags, mode: Mode, *, default: bool) -> bool:
    for key in _ACCESS_TAGS[mode]:
        value = tags.get(key, "")
        if key == "designation" and mode in _RIGHTS_OF_WAY.get(value, set()):
            return True
        if value in YES:
            # Public access does not open a path to cars: it says who, not by what means.
            return default if key == "access" else True
        if value in _NO:
            return False
    return default


def direction(tags: Tags, mode: Mode = Mode.CAR) -> int:
    """1 forward only, -1 backward only, 0 both ways."""
    if mode == Mode.FOOT:
        return _one_way(tags.get("oneway:foot", "no"))
    if mode == Mode.CYCLE and _cycles_both_ways(tags):
        return 0
    if mode == Mode.CYCLE and "oneway:bicycle" in tags:
        return _one_way(tags["oneway:bicycle"])
    usual = "yes" if is_roundabout(tags) or tags.get("highway") == "motorway" else "no"
    return _one_way(tags.get("oneway", usual))


def _cycles_both_ways(tags: Tags) -> bool:
    lanes = (tags.get(key, "") for key in ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both"))
    return tags.get("oneway:bicycle") == "no" or any(lane.startswith("opposite") for lane in lanes)


def _one_way(value: str) -> int:
    if value in ("yes", "true", "1"):
        return 1
    return -1 if value in ("-1", "reverse") else 0


def barred(tags: Tags) -> frozenset[Mode]:
    """The modes that cannot pass a node with these tags: a bollard, a stile, a locked gate."""
    kind = tags.get("barrier")
    if kind is None:
        return frozenset()
    usual = {Mode.CAR: kind not in _STOPS_CARS, Mode.CYCLE: kind not in _STOPS_CYCLES, Mode.FOOT: True}
    return frozenset(mode for mode in MODES if not _allowed(tags, mode, default=usual[mode]))


def is_roundabout(tags: Tags) -> bool:
    """Whether traffic goes round, and so one way, without a tag of its own."""
    return tags.get("junction") in ("roundabout", "circular")
