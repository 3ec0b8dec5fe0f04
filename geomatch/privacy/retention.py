"""For how long things about people are kept, where a county says nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from geomatch.errors import InputError

MOST_MONTHS = 240


@dataclass(frozen=True, slots=True)
class Retention:
    """A county's settings, ``[retention]`` in its file; months.

    A volunteer whom nobody has vouched for is erased after ``volunteers``. How somebody who asked is reached
    goes ``needs`` after the need is over. Of a matching only its figures stay after ``matches``. Letters go
    after ``letters``, answered complaints after ``complaints``, lines of the audit after ``audit``, and the
    files that ``geomatch db backup`` wrote after ``backups``.
    """

    volunteers: int = 24
    needs: int = 12
    matches: int = 24
    letters: int = 12
    complaints: int = 36
    audit: int = 24
    backups: int = 3

    def __post_init__(self) -> None:
        for name in names():
            months = getattr(self, name)
            if isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= MOST_MONTHS:
                raise InputError(f"retention: {name} = {months!r}; expected 1 to {MOST_MONTHS} months")

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Retention":
        """What a county's settings say, the rest by default. Raises InputError for a wrong one."""
        unknown = sorted(settings.keys() - set(names()))
        if unknown:
            raise InputError(f"retention: unknown {', '.join(unknown)}; expected {', '.join(names())}")
        return cls(**settings)


def names() -> tuple[str, ...]:
    """The settings there are."""
    return tuple(each.name for each in fields(Retention))
