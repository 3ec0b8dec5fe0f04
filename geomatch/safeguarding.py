"""Which check a task with children or adults at risk calls for, and until when a check seen is good.

The rule is the one in force in England and Wales since 1 September 2026, when the Crime and Policing Act
2026 ended the exemption for supervised volunteers: Safeguarding Vulnerable Groups Act 2006, schedule 4, in
outline. It is what a coordinator asks for and not legal advice. What nobody has stated counts as the case
that calls for more.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geomatch.errors import InputError
from geomatch.truth import Truth

REGULAR_DAYS = 4
"""Days in any 30 from which work with children is regulated: more than three; once a week comes to it too."""
CHECK_YEARS = 3
"""For how many years a check is good where a county says nothing else; the law itself sets no end."""


class Level(StrEnum):
    """How deep a DBS check went, the least first."""

    NONE = "none"
    BASIC = "basic"
    STANDARD = "standard"
    ENHANCED = "enhanced"
    BARRED_LISTS = "enhanced_barred_lists"


LEVELS = tuple(Level)


class With(StrEnum):
    """Whom a task brings somebody together with."""

    NOBODY = "nobody"
    CHILDREN = "children"
    ADULTS = "adults_at_risk"
    BOTH = "children_and_adults_at_risk"


@dataclass(frozen=True, slots=True)
class Contact:
    """What a task asks for.

    ``days_in_30`` is on how many days in any 30 the same person does it, ``None`` unknown. ``overnight``:
    between 2 and 6 in the morning. ``personal_care``: washing, dressing, eating, the toilet or health care;
    of adults also their money or shopping, and driving them to care. ``supervised``: by somebody checked.
    """

    people: With = With.NOBODY
    days_in_30: int | None = None
    overnight: Truth = Truth.UNKNOWN
    personal_care: Truth = Truth.UNKNOWN
    supervised: Truth = Truth.UNKNOWN

    def __post_init__(self) -> None:
        if self.days_in_30 is not None and not 1 <= self.days_in_30 <= 30:
            raise InputError(f"contact on {self.days_in_30} days in 30; expected 1 to 30")


@dataclass(frozen=True, slots=True)
class Check:
    """A certificate somebody of ours has seen: its level, dates and who saw it, nothing of what it says.

    ``until`` is the last day on which it is good, where that was agreed; else the county's policy says.
    """

    level: Level
    seen_by: str
    issued: date | None = None
    seen_on: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.level is Level.NONE or not self.seen_by.strip():
            raise InputError(
                f"a check of level {self.level} seen by {self.seen_by!r}; expected a level and a name"
            )
        if self.issued and any(day and day < self.issued for day in (self.seen_on, self.until)):
            raise InputError(f"a check issued on {self.issued} is seen or ends before; expected later days")


def regulated(contact: Contact) -> bool:
    """Whether the task is regulated activity.

    With children: personal care even once, anything overnight, or on four days in 30; under supervision or
    not. With adults at risk: personal care even once, however seldom.
    """
    if contact.people is With.NOBODY:
        return False
    care = contact.personal_care is not Truth.NO
    return care or (contact.people is not With.ADULTS and _regular(contact))


def required(contact: Contact, stated: Level = Level.NONE) -> Level:
    """The level a task calls for, and never less than its community stated.

    Regulated activity calls for the barred lists; other regular work with adults at risk for an
    enhanced check without them, the most that may be asked; now and then for a basic check, or under
    supervision for none.
    """
    return max(_called_for(contact), stated, key=LEVELS.index)


def _called_for(contact: Contact) -> Level:
    if contact.people is With.NOBODY:
        return Level.NONE
    if regulated(contact):
        return Level.BARRED_LISTS
    if _regular(contact):
        return Level.ENHANCED
    return Level.NONE if contact.supervised is Truth.YES else Level.BASIC


def _regular(contact: Contact) -> bool:
    often = contact.days_in_30 is None or contact.days_in_30 >= REGULAR_DAYS
    return often or contact.overnight is not Truth.NO


def good_until(check: Check, *, years: int = CHECK_YEARS) -> date | None:
    """The last day on which a check is good: as agreed, and at most so many years after its issue.

    ``None`` when neither is known: nobody can say that it still is.
    """
    ends = [day for day in (check.until, check.issued and _years_later(check.issued, years)) if day]
    return min(ends, default=None)


def _years_later(day: date, years: int) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year + years, 2, 28)
    return day.replace(year=day.year + years)
