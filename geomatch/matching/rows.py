"""Linear rows under construction, from entries of many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike

from geomatch.matching.problem import Floats, Ints

Entry = tuple[ArrayLike, ArrayLike, ArrayLike]


@dataclass(eq=False)
class Rows:
    """Rows so far: ``lower <= matrix @ variables <= upper``."""

    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    count: int = 0

    def add(self, parts: Sequence[Entry], lower: ArrayLike, upper: ArrayLike) -> None:
        """``parts`` are (row from 0, variable, value) entries of ``len(lower)`` new rows."""
        for row, column, value in parts:
            self.row.append(np.asarray(row, dtype=np.int64) + self.count)
            self.column.append(np.asarray(column, dtype=np.int64))
            self.value.append(np.broadcast_to(np.asarray(value, dtype=np.float64), np.shape(row)))
        self.lower.append(np.asarray(lower, dtype=np.float64))
        self.upper.append(np.asarray(upper, dtype=np.float64))
        self.count += len(self.lower[-1])

    def at_most(self, parts: Sequence[Entry], upper: Floats) -> None:
        """New rows of no more than ``upper``."""
        self.add(parts, np.full(len(upper), -np.inf), upper)

    def at_least(self, parts: Sequence[Entry], lower: Floats) -> None:
        """New rows of no less than ``lower``."""
        self.add(parts, lower, np.full(len(lower), np.inf))

    def matrix(self, variables: int) -> sp.csr_array:
        """The rows as one sparse matrix."""
        if not self.row:
            return sp.csr_array((0, variables))
        entries = (np.concatenate(self.value), (np.concatenate(self.row), np.concatenate(self.column)))
        return sp.csr_array(sp.coo_array(entries, shape=(self.count, variables)))


SPARSE = 20
"""So many codes that could be for one that is: then sorting them takes less than a table."""


def numbered(codes: Ints, span: int) -> tuple[Ints, Ints]:
    """The codes there are, sorted, and the number of each of ``codes`` among them; all are below ``span``."""
    if span > SPARSE * len(codes):
        there, number = np.unique(codes, return_inverse=True)
        return there, number.reshape(-1)
    known = np.zeros(span, dtype=bool)
    known[codes] = True
    return np.flatnonzero(known), (np.cumsum(known) - 1)[codes]


def runs(repeat: Ints) -> Ints:
    """0, 1, … within each run of the given lengths."""
    return np.arange(int(repeat.sum())) - np.repeat(np.cumsum(repeat) - repeat, repeat)


def join(wanted: Ints, offered: Ints) -> tuple[Ints, Ints]:
    """Every (position in ``wanted``, position in ``offered``) with the same key."""
    order = np.argsort(offered, kind="stable")
    begin = np.searchsorted(offered[order], wanted, "left")
    count = np.searchsorted(offered[order], wanted, "right") - begin
    return np.repeat(np.arange(len(wanted)), count), order[np.repeat(begin, count) + runs(count)]
