"""What many resources state of themselves, as columns, held against one condition at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from geomatch.matching.problem import Bools, Floats, Ints
from geomatch.matching.wishes import Condition, Stated
from geomatch.matching.world import NO
from geomatch.model import Truth

_TRUTHS = {Truth.YES: 1.0, Truth.NO: 0.0, Truth.UNKNOWN: np.nan}


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One attribute of n resources: a number, 1 yes, 0 no or the code of a text; ``nan`` unknown.

    ``until`` is the last day on which it holds, as ``date.toordinal()``, or ``NO``. ``texts`` by their code.
    """

    value: Floats
    until: Ints
    texts: Mapping[str, float] = field(default_factory=dict)

    def take(self, rows: Ints) -> "Column":
        """Those of some resources."""
        return Column(self.value[rows], self.until[rows], self.texts)


@dataclass(frozen=True, slots=True, eq=False)
class Attributes:
    """Columns by name, for n resources; what nobody states of any has none."""

    size: int
    columns: Mapping[str, Column]

    @classmethod
    def of(cls, stated: Sequence[Mapping[str, Stated]]) -> "Attributes":
        """From what each resource states."""
        rows: dict[str, list[tuple[int, Stated]]] = {}
        for at, each in enumerate(stated):
            for name, found in each.items():
                rows.setdefault(name, []).append((at, found))
        return cls(len(stated), {name: _column(some, len(stated)) for name, some in rows.items()})

    def take(self, rows: Ints) -> "Attributes":
        """Those of some resources."""
        return Attributes(len(rows), {name: each.take(rows) for name, each in self.columns.items()})

    def held(self, name: str) -> Floats:
        """The numbers of one attribute, whenever they run out; ``nan`` unknown."""
        found = self.columns.get(name)
        return np.full(self.size, np.nan) if found is None else found.value

    def meet(self, condition: Condition, day: int) -> Bools:
        """Which resources meet a condition on a day (``date.toordinal()``), as ``Condition.met``."""
        met = np.zeros(self.size, dtype=bool)
        for name in condition.names:
            met |= self._meet(name, condition, day)
        return met

    def _meet(self, name: str, condition: Condition, day: int) -> Bools:
        found = self.columns.get(name)
        if found is None:
            return np.full(self.size, Truth.UNKNOWN in condition.truths)
        known = np.where(found.until >= day, found.value, np.nan)
        if condition.truths:
            return _is_one_of(known, condition.truths)
        if condition.text is not None:
            return np.asarray(known == found.texts.get(condition.text.casefold(), np.nan))
        least = -np.inf if condition.least is None else condition.least
        most = np.inf if condition.most is None else condition.most
        return np.asarray((known >= least) & (known <= most))


def _is_one_of(known: Floats, truths: frozenset[Truth]) -> Bools:
    met = np.isnan(known) & (Truth.UNKNOWN in truths)
    for truth in truths - {Truth.UNKNOWN}:
        met |= known == _TRUTHS[truth]
    return np.asarray(met)


def _column(rows: Sequence[tuple[int, Stated]], size: int) -> Column:
    value, until = np.full(size, np.nan), np.full(size, NO, dtype=np.int64)
    texts: dict[str, float] = {}
    for at, stated in rows:
        found = stated.value
        if isinstance(found, Truth):
            value[at] = _TRUTHS[found]
        elif isinstance(found, str):
            value[at] = texts.setdefault(found.casefold(), float(len(texts)))
        else:
            value[at] = found
        if stated.until is not None:
            until[at] = stated.until.toordinal()
    return Column(value, until, texts)
