"""OpenStreetMap's tags on one way, in our words: class, built-up or not, limit, name, ferry time.

Tags as OpenStreetMap's wiki documents them (Key:highway, Key:maxspeed, Key:sidewalk, Tag:route=ferry)
for the United Kingdom.
"""

import re
from dataclasses import dataclass

from geomatch.importers.osm_access import YES, Tags, direction, is_roundabout, permissions
from geomatch.roads import RoadClass, RoadFlag

_CLASS = {
    "motorway": RoadClass.MOTORWAY,
    "trunk": RoadClass.A_PRIMARY,
    "primary": RoadClass.A_OTHER,
    "secondary": RoadClass.B,
    "tertiary": RoadClass.MINOR,
    "unclassified": RoadClass.LOCAL,
    "residential": RoadClass.LOCAL,
    "road": RoadClass.LOCAL,
    "living_street": RoadClass.ACCESS,
    "service": RoadClass.ACCESS,
    "motorway_link": RoadClass.LINK,
    "trunk_link": RoadClass.LINK,
    "primary_link": RoadClass.LINK,
    "secondary_link": RoadClass.LINK,
    "tertiary_link": RoadClass.MINOR,
    "track": RoadClass.TRACK,
    "footway": RoadClass.PATH,
    "path": RoadClass.PATH,
    "bridleway": RoadClass.PATH,
    "pedestrian": RoadClass.PATH,
    "cycleway": RoadClass.CYCLEWAY,
    "steps": RoadClass.STEPS,
}
"""In the United Kingdom trunk is a primary route (green signs), primary any other A road, secondary B."""

_KMH_PER_MPH = 1.609344
_LIMIT_IN_WORDS_MPH = {"nsl_restricted": 30, "urban": 30, "nsl_single": 60, "rural": 60, "nsl_dual": 70}
_BUILT_UP_MPH = 30
_DUAL_MPH = 50


@dataclass(frozen=True, slots=True)
class Road:
    """What the tags of one way say. ``duration`` is in deciseconds, only of ferries that state it."""

    road_class: RoadClass
    flags: RoadFlag
    limit_kmh: int
    name: str
    ref: str
    duration: int | None = None


def road(tags: Tags) -> Road | None:
    """The road that a way's tags describe, or None where nobody we route may use it."""
    ferry = tags.get("route") == "ferry"
    road_class = RoadClass.FERRY if ferry else _class(tags)
    if road_class is None:
        return None
    allowed = permissions(tags, road_class)
    if not allowed:
        return None
    return Road(
        road_class=road_class,
        flags=allowed | _nature(tags, road_class),
        limit_kmh=limit_kmh(tags),
        name=tags.get("name", ""),
        ref=tags.get("ref", ""),
        duration=_duration(tags.get("duration", "")) if ferry else None,
    )


def limit_kmh(tags: Tags) -> int:
    """The stated speed limit in km/h, rounded, from "30 mph", "50" or "GB:nsl_single"; 0 where none is."""
    for key in ("maxspeed", "maxspeed:type", "source:maxspeed"):
        mph = _mph(tags.get(key, ""))
        if mph is not None:
            return round(mph * _KMH_PER_MPH)
    return 0


def _mph(text: str) -> float | None:
    number = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?", text.strip())
    if number:
        return float(number[1]) / (1 if number[2] == "mph" else _KMH_PER_MPH) or None
    words = re.fullmatch(r"(?:gb|uk)[:_](\w+)", text.strip().lower().replace("nsl:", "nsl_"))
    return _LIMIT_IN_WORDS_MPH.get(words[1]) if words else None


def _class(tags: Tags) -> RoadClass | None:
    road_class = _CLASS.get(tags.get("highway", ""))
    if road_class in (RoadClass.A_PRIMARY, RoadClass.A_OTHER):
        if is_roundabout(tags):
            return RoadClass.LINK
        return RoadClass.A_DUAL if _is_dual(tags) else road_class
    if road_class == RoadClass.B and is_roundabout(tags):
        return RoadClass.LINK
    return road_class


def _is_dual(tags: Tags) -> bool:
    """A carriageway of its own: one-way, and where a limit is stated, 50 mph or more."""
    if "dual_carriageway" in tags:
        return tags["dual_carriageway"] == "yes"
    stated = limit_kmh(tags)
    return direction(tags) != 0 and (stated == 0 or stated >= round(_DUAL_MPH * _KMH_PER_MPH))


def _nature(tags: Tags, road_class: RoadClass) -> RoadFlag:
    said = {
        RoadFlag.FERRY: road_class == RoadClass.FERRY,
        RoadFlag.FORD: tags.get("ford", "no") != "no",
        RoadFlag.BRIDGE: tags.get("bridge", "no") != "no",
        RoadFlag.TUNNEL: tags.get("tunnel", "no") not in ("no", "building_passage"),
        RoadFlag.ONE_WAY: direction(tags) != 0,
        RoadFlag.BUILT_UP: _is_built_up(tags),
        RoadFlag.PAVEMENT: _has_pavement(tags),
    }
    flags = RoadFlag(0)
    for flag, holds in said.items():
        flags |= flag if holds else RoadFlag(0)
    return flags


def _is_built_up(tags: Tags) -> bool:
    """A stated limit decides; where there is none, street lamps and houses along the road do."""
    stated = limit_kmh(tags)
    if stated:
        return stated <= round(_BUILT_UP_MPH * _KMH_PER_MPH)
    return (
        tags.get("highway") in ("residential", "living_street", "pedestrian")
        or tags.get("lit", "no") not in ("no", "disused")
        or tags.get("abutters") in ("residential", "retail", "commercial", "mixed")
    )


def _has_pavement(tags: Tags) -> bool:
    sides = {tags.get(key) for key in ("sidewalk", "sidewalk:left", "sidewalk:right", "sidewalk:both")}
    return bool(sides & {"both", "left", "right", "yes"}) or tags.get("foot") in YES


def _duration(text: str) -> int | None:
    """Deciseconds from "0:20", "01:05:30", "25" (minutes) or "PT20M"; None where it says none of these."""
    clock = re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,3})(?::(\d{2}))?", text.strip())
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return 10 * (3600 * hours + 60 * minutes + seconds) or None
    iso = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", text.strip())
    if iso:
        hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return 10 * (3600 * hours + 60 * minutes + seconds) or None
    return None
