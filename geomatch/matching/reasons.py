"""Why a search shows what it shows, and what else it nearly showed: one short phrase a reason."""

import math
from datetime import date

from geomatch.confidence import Freshness
from geomatch.matching import ranking
from geomatch.matching.ranking import Offer
from geomatch.matching.wishes import PRICE, Condition, Wish
from geomatch.model import ACCESSIBILITY, Mode, ResourceKind, Travels, Truth, Window

BY = {Mode.CAR: "by car", Mode.FOOT: "on foot", Mode.CYCLE: "by cycle"}


def of(offer: Offer, wish: Wish, mode: Mode, *, guess: bool = False) -> list[str]:
    """What speaks for an offer that passes: its journey, room, what was asked of it, and how fresh it is."""
    told = [journey(offer, mode, guess=guess)]
    told += [f"{count:.0f} {_LAYOUT[layout]}" for layout, count in ranking.enough(offer, wish).items()]
    if wish.units > 1:
        told.append(f"{offer.quantity} of them")
    told += [_condition(each, offer) for each in wish.conditions]
    if offer.kind is ResourceKind.VENUE and not _asks_for(wish, ACCESSIBILITY[0]):
        told.append(_stated(ACCESSIBILITY[0], offer))
    told.append(_word(offer))
    if offer.asks:
        told.append(f"asked {offer.asks} times lately" if offer.asks > 1 else "asked once lately")
    return told


def _word(offer: Offer) -> str:
    """How far somebody's word for it can be relied on, and until when."""
    if offer.vouched_until is None:
        return str(Freshness.UNKNOWN)
    words = offer.confidence.words if offer.confidence else "confirmed"
    return f"{words}, good until {day(offer.vouched_until)}"


_LAYOUT = {"theatre": "in rows", "tables": "at tables", "standing": "standing"}


def journey(offer: Offer, mode: Mode, *, guess: bool = False) -> str:
    """``12 min by car``, ``about 15 min, comes to you``."""
    if offer.travels is Travels.NOBODY:
        return "needs no journey"
    if not math.isfinite(offer.minutes):
        return f"{(offer.metres or 0) / 1000:.1f} km away, no way there in reach"
    person = offer.kind is ResourceKind.VOLUNTEER
    minutes = "under 5 min" if person and offer.minutes < ranking.STEP_MINUTES else f"{offer.minutes:.0f} min"
    about = "guessed " if guess else "about " if person and offer.minutes >= ranking.STEP_MINUTES else ""
    way = "comes to you" if offer.travels is Travels.RESOURCE else BY[mode]
    fetched = ", to fetch it" if offer.travels is Travels.CARRIED else ""
    return f"{about}{minutes}{', ' if offer.travels is Travels.RESOURCE else ' '}{way}{fetched}"


def free(found: Truth, times: tuple[int, int], when: Window | None, *, asked: bool) -> str:
    """Whether it is free then, or when next; ``times`` are on how many of how many occasions."""
    count, of_all = times
    if asked and found is Truth.YES:
        return f"free {moment(when)}" if of_all == 1 else f"free all {of_all} times"
    if asked and found is Truth.NO:
        later = f", next {moment(when)}" if when else ""
        return (f"not free then{later}") if of_all == 1 else f"free {count} of {of_all} times"
    if found is Truth.UNKNOWN and when is None:
        return "hours unknown"
    return f"next free {moment(when)}" if when else "not free in the next three months"


def missing(test: str, offer: Offer, wish: Wish, mode: Mode) -> str:
    """What stands in the way of an offer that fails one test."""
    match test:
        case "attributes":
            first = ranking.lacking(offer, wish)[0]
            if isinstance(first, Condition):
                told = _condition(first, offer)
                return f"only {told}" if first.least is not None and told[0].isdigit() else told
            return f"only {offer.quantity} of {wish.units}"
        case "catchment":
            return "does not serve this place"
        case "budget":
            return f"goes no farther than {offer.budget:.0f} min; it is {journey(offer, mode)}"
        case "freshness":
            return (
                f"not confirmed since {day(offer.vouched_until)}" if offer.vouched_until else "not confirmed"
            )
        case _:
            return {"availability": "not free then", "travel": "too far"}[test]


def day(value: date) -> str:
    """``3 Dec 2026``."""
    return f"{value.day} {value:%b %Y}"


def moment(value: Window | None) -> str:
    """``Thu 3 Dec 19:00``."""
    return f"{value.starts:%a} {value.starts.day} {value.starts:%b %H:%M}" if value else "then"


def words(name: str) -> str:
    """An attribute's name as one reads it."""
    return _NAMES.get(name) or name.replace("_", " ")


_NAMES = {"step_free": "step-free", "wifi": "Wi-Fi", "hdmi": "HDMI", "seats_theatre": "seats in rows"} | {
    "seats_tables": "seats at tables",
    "standing": "standing room",
    PRICE: "pence an hour",
    "d1_licence": "D1 licence",
    "welsh": "speaks Welsh",
}


def _asks_for(wish: Wish, name: str) -> bool:
    return any(name in each.names for each in wish.conditions)


def _condition(asked: Condition, offer: Offer) -> str:
    known = [name for name in asked.names if name in offer.stated]
    if len(asked.names) > 1 and not known:
        return "nobody has said how many it holds"
    return ", ".join(_stated(name, offer) for name in known or asked.names)


def _stated(name: str, offer: Offer) -> str:
    found = offer.stated.get(name)
    if found is None or found.value is Truth.UNKNOWN:
        return f"{words(name)} unknown"
    until = f" until {day(found.until)}" if found.until else ""
    if isinstance(found.value, Truth):
        return (
            f"{'' if found.value is Truth.YES else 'not '}{words(name)}{until}"
            if name == "step_free"
            else (f"{words(name)}{until}" if found.value is Truth.YES else f"no {words(name)}")
        )
    if name.endswith("pence") or name == PRICE:
        return f"£{float(found.value) / 100:,.2f}{' an hour' if name == PRICE else ''}"
    value = f"{found.value:,.0f}" if isinstance(found.value, float) else str(found.value)
    if isinstance(found.value, float):
        return f"{value} {words(name)}{until}"
    return f"{words(name)}: {value}{until}"
