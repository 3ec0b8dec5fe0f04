"""How far a record can be believed today: by how much is left of the time for which somebody's word is good.

Nothing is kept and no clock runs: it is reckoned whenever somebody reads, from two dates and the day.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ASK_DAYS = 30
"""Days before a word runs out on which whoever gave it is asked for it again."""


class Freshness(StrEnum):
    """What is said of a record's word, in the words in which it is said."""

    LATELY = "confirmed lately"
    A_WHILE_AGO = "confirmed a while ago"
    DUE = "due to be confirmed again"
    LAPSED = "not confirmed any more"
    UNKNOWN = "nobody has said until when it holds"


@dataclass(frozen=True, slots=True)
class Confidence:
    """A figure from 1, on the day on which it was confirmed, to 0, once its time is over; and its words.

    ``None`` where nobody has said anything: unknown is not 0.
    """

    figure: float | None
    freshness: Freshness

    @property
    def words(self) -> str:
        return str(self.freshness)


def of(until: date | None, period: int, today: date) -> Confidence:
    """The confidence ``today`` in a record that is good ``until`` a day, that day included.

    ``period`` is for how many days a word about its kind is good. The figure falls evenly, day by day, over
    one period, is 1 while more than that is left, and 0.01 on the last day. Within the last ``ASK_DAYS``,
    or the last half of a short period, it is due; before that lately is the first half.
    """
    if until is None:
        return Confidence(None, Freshness.UNKNOWN)
    left = (until - today).days + 1
    if left <= 0:
        return Confidence(0.0, Freshness.LAPSED)
    share = min(1.0, left / (period + 1))
    if left <= min(ASK_DAYS, period / 2):
        told = Freshness.DUE
    else:
        told = Freshness.LATELY if share >= 1 / 2 else Freshness.A_WHILE_AGO
    return Confidence(max(0.01, round(share, 2)), told)
