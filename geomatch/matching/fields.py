"""The tables of a problem document: which fields, of which type, with which default; faults with paths."""

from collections.abc import Callable, Iterable, Mapping
from sys import float_info
from typing import Any

from geomatch.errors import InputError
from geomatch.matching.problem import ANY_ROLE, MOST_UNITS

MISSING = object()
MOST_FINITE = float_info.max
"""JSON has whole numbers beyond it; they are no more finite than inf."""
_TEXT_OR_NULL = (str, type(None))
_NUMBER = (int, float)
_SHARE = (int, float, type(None))
_CANDIDATE: dict[str, tuple[Any, Any]] = {
    "need": (str, MISSING),
    "role": (str, ANY_ROLE),
    "resource": (str, MISSING),
    "slot": (_TEXT_OR_NULL, None),
    "minutes": (_NUMBER, MISSING),
    "penalty": (_NUMBER, 0.0),
    "use": (int, 1),
    "given": ((Mapping, type(None)), None),
}
FIELDS: dict[str, dict[str, tuple[Any, Any]]] = {
    "problem": {
        "format": (str, MISSING),
        "needs": (list, MISSING),
        "resources": (list, MISSING),
        "candidates": (list, MISSING),
        "policy": (Mapping, {}),
        "areas": (list, []),
        "quotas": (list, []),
        "fixed": (list, []),
    },
    "policy": {"name": (str, "no-need-lost"), "fairness": (_NUMBER, 1.0)},
    "area": {"id": (str, MISSING), "kind": (str, ""), "parent": (_TEXT_OR_NULL, None)},
    "quota": {"area": (str, MISSING), "minimum_share": (_SHARE, None), "maximum_share": (_SHARE, None)},
    "need": {
        "id": (str, MISSING),
        "area": (_TEXT_OR_NULL, None),
        "weight": (_NUMBER, 1.0),
        "all_or_nothing": (bool, True),
        "asked": (_TEXT_OR_NULL, None),
        "roles": (list, [{}]),
    },
    "role": {"id": (str, ANY_ROLE), "quantity": (int, 1), "minimum": (int, 1)},
    "resource": {"id": (str, MISSING), "capacity": (int, MISSING), "slot_capacity": (Mapping, {})},
    "candidate": _CANDIDATE,
    "given": {"role": (str, MISSING), "resource": (str, MISSING)},
    "fixed": _CANDIDATE | {"minutes": (_NUMBER, 0.0), "quantity": (int, 1)},
}
"""Every field by table: its types and its default."""

Range = tuple[Callable[[Any], bool], str]
_WHOLE: Range = (lambda found: 0 <= found <= MOST_UNITS, f"a whole number, 0 to {MOST_UNITS:,}")
_FINITE: Range = (lambda found: 0 <= found <= MOST_FINITE, "a finite number, 0 or more")
_ABOVE: Range = (lambda found: 0 < found <= MOST_FINITE, "a finite number above 0")
_ONE_OR_MORE: Range = (lambda found: 1 <= found <= MOST_UNITS, f"a whole number, 1 to {MOST_UNITS:,}")
_PART: Range = (lambda found: found is None or 0 <= found <= 1, "0 to 1")
_BY_SLOT: Range = (
    lambda found: all(is_one_of(one, int) and 0 <= one <= MOST_UNITS for one in found.values()),
    f"a whole number, 0 to {MOST_UNITS:,}, by slot",
)
_CANDIDATE_RANGES = {"minutes": _FINITE, "penalty": _FINITE, "use": _WHOLE}
RANGES: dict[str, dict[str, Range]] = {
    "policy": {"fairness": _PART},
    "quota": {"minimum_share": _PART, "maximum_share": _PART},
    "need": {"weight": _ABOVE},
    "role": {"quantity": _WHOLE, "minimum": _WHOLE},
    "resource": {"capacity": _WHOLE, "slot_capacity": _BY_SLOT},
    "candidate": _CANDIDATE_RANGES,
    "fixed": _CANDIDATE_RANGES | {"quantity": _ONE_OR_MORE},
}
"""What a field's value must be, of the fields whose type does not say it all."""

_WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    type(None): "null",
    Mapping: "an object",
}


class Faults:
    """What is wrong so far, each with its path in the document."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, path: str, words: str) -> None:
        """One more fault, at this path."""
        self.lines.append(f"{path}: {words}" if path else words)

    def stop_if_any(self) -> None:
        """Raises InputError that lists every fault."""
        if not self.lines:
            return
        head = "1 fault" if len(self.lines) == 1 else f"{len(self.lines)} faults"
        raise InputError("\n".join([f"the problem has {head}:", *self.lines]))


def read_row(row: Any, table: str, path: str, faults: Faults) -> dict[str, Any] | None:
    """The row's fields with their defaults, or ``None`` and faults, as in ``sound_fields``."""
    before = len(faults.lines)
    fields = sound_fields(row, table, path, faults)
    return fields if len(faults.lines) == before else None


def sound_fields(row: Any, table: str, path: str, faults: Faults) -> dict[str, Any]:
    """The row's fields, or their defaults, but for those at fault: missing, of another type, out of range."""
    if not isinstance(row, Mapping):
        faults.add(path, f"found {row!r}; expected an object")
        return {}
    fields, ranges = FIELDS[table], RANGES.get(table, {})
    for name in row:
        if name not in fields:
            faults.add(_join(path, name), f"unknown field; expected {', '.join(fields)}")
    sound = {}
    for name, (types, default) in fields.items():
        found = row.get(name, default)
        if found is MISSING:
            faults.add(_join(path, name), "missing")
        elif not is_one_of(found, types):
            faults.add(_join(path, name), f"found {found!r}; expected {_say(types)}")
        elif name in ranges and not ranges[name][0](found):
            faults.add(_join(path, name), f"found {found}; expected {ranges[name][1]}")
        else:
            sound[name] = found
    return sound


def made(rows: Iterable[Any], table: str, path: str, make: Callable[..., Any], faults: Faults) -> list[Any]:
    """Each sound row made into a value; what the value refuses becomes a fault at the row's path.

    ``make`` may say ``None`` of a row whose faults it has told itself.
    """
    values = []
    for number, row in enumerate(rows):
        where = f"{path}[{number}]"
        fields = read_row(row, table, where, faults)
        if fields is None:
            continue
        try:
            value = make(where, fields)
        except InputError as error:
            faults.add(where, str(error))
            continue
        if value is not None:
            values.append(value)
    return values


def distinct(values: Iterable[Any], key: str) -> tuple[Any, ...]:
    """The values in order of their key, the first of each."""
    by_key: dict[str, Any] = {}
    for value in values:
        by_key.setdefault(getattr(value, key), value)
    return tuple(by_key[name] for name in sorted(by_key))


def each_once(rows: Iterable[Any], key: str, path: str, faults: Faults) -> None:
    """A second row of the same key is a fault, at its place in the file."""
    first: dict[str, int] = {}
    for at, row in enumerate(rows):
        name = row.get(key) if isinstance(row, Mapping) else None
        if isinstance(name, str) and first.setdefault(name, at) != at:
            faults.add(f"{path}[{at}].{key}", f"{name!r} stands there twice, first in {path}[{first[name]}]")


def is_one_of(value: object, types: Any) -> bool:
    """Whether the value has one of the types; true and false are no numbers."""
    several = types if isinstance(types, tuple) else (types,)
    if isinstance(value, bool):
        return bool in several
    return isinstance(value, several)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _say(types: Any) -> str:
    several = types if isinstance(types, tuple) else (types,)
    return " or ".join(_WORDS[one] for one in several)
