"""One table of a county's TOML file, read key by key; what is never asked for is refused at the end."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from geomatch.errors import InputError
from geomatch.model import GssCode, gss_code

_SLUG = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


class Table:
    """Values by key. Every method raises InputError naming the key, the table and the file."""

    def __init__(self, path: Path, name: str, values: Mapping[str, object]) -> None:
        self._path = path
        self._name = name
        self._values = values
        self._read: set[str] = set()

    @classmethod
    def of_file(cls, path: Path, document: Mapping[str, object]) -> "Table":
        """The whole document."""
        return cls(path, "", document)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        self._read.add(key)
        return key in self._values

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self._value(key)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(key, "a text that is not empty")
        return value.strip()

    def optional_text(self, key: str) -> str | None:
        """A text, or ``None`` when the key is not there."""
        return self.text(key) if self.has(key) else None

    def slug(self, key: str) -> str:
        """A word for addresses: small letters, digits and single hyphens or underscores."""
        value = self.text(key)
        if not _SLUG.fullmatch(value):
            raise self._wrong(key, "small letters, digits and hyphens, such as north-riding")
        return value

    def gss(self, key: str) -> GssCode | None:
        """A GSS code, or ``None`` when the key is not there."""
        value = self.optional_text(key)
        try:
            return gss_code(value) if value is not None else None
        except InputError:
            raise self._wrong(key, "a GSS code such as E06000017") from None

    def one_of(self, key: str, allowed: Sequence[str]) -> str:
        """A text that is one of those allowed."""
        value = self.text(key)
        if value not in allowed:
            raise self._wrong(key, f"one of {', '.join(allowed)}")
        return value

    def flag(self, key: str) -> bool:
        """true or false; false when the key is not there."""
        value = self._value(key) if self.has(key) else False
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def number(self, key: str, *, at_most: float) -> float:
        """A number above 0 and no more than ``at_most``."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= at_most:
            raise self._wrong(key, f"a number above 0, at most {at_most:g}")
        return float(value)

    def numbers(self) -> dict[str, int | float]:
        """Every key, all of which hold numbers."""
        self._read.update(self._values)
        for key, value in self._values.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise self._wrong(key, "a number")
        return {key: value for key, value in self._values.items() if isinstance(value, int | float)}

    def optional_date(self, key: str) -> date | None:
        """A date without a time, or ``None`` when the key is not there."""
        value = self._value(key) if self.has(key) else None
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self._wrong(key, "a date without quotes, such as 2021-05-07")
        return value

    def day(self, key: str) -> date:
        """A date without a time."""
        self._value(key)
        found = self.optional_date(key)
        assert found is not None  # noqa: S101 - _value has refused a key that is not there
        return found

    def date_or_column(self, key: str) -> date | str | None:
        """A date, or a text that names a column."""
        if isinstance(self._values.get(key), str):
            return self.text(key)
        return self.optional_date(key)

    def provenance(self) -> tuple[date | None, str | None, str | None]:
        """The keys every part may have: vintage, source, licence."""
        return self.optional_date("vintage"), self.optional_text("source"), self.optional_text("licence")

    def file(self, key: str) -> Path:
        """A file that is there; its path is relative to the county's file."""
        found = (self._path.parent / self.text(key)).resolve()
        if not found.is_file():
            raise self._wrong(key, f"a file; there is none at {found}")
        return found

    def filters(self, key: str) -> dict[str, tuple[str, ...]]:
        """A table of attributes with lists of allowed texts; empty when the key is not there."""
        value = self._value(key) if self.has(key) else {}
        if not isinstance(value, dict):
            raise self._wrong(key, 'a table such as { amenity = ["library"] }')
        for allowed in value.values():
            if not isinstance(allowed, list) or not all(isinstance(item, str) for item in allowed):
                raise self._wrong(key, 'lists of texts such as { amenity = ["library"] }')
        return {name: tuple(allowed) for name, allowed in value.items()}

    def table(self, key: str) -> "Table":
        """The table at a key that must be there."""
        value = self._value(key)
        if not isinstance(value, dict):
            raise self._wrong(key, f"a table, written [{key}]")
        return Table(self._path, self._within(key), value)

    def tables(self, key: str) -> list["Table"]:
        """The tables of a list; none when the key is not there."""
        value = self._value(key) if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._wrong(key, f"tables, each written [[{key}]]")
        return [
            Table(self._path, f"{self._within(key)} {number}", item) for number, item in enumerate(value, 1)
        ]

    def every_table(self) -> Iterator[tuple[str, "Table"]]:
        """Every key with its table."""
        for key in self._values:
            yield key, self.table(key)

    def keys_among(self, allowed: Sequence[str]) -> list[str]:
        """Every key, all of which must be among the allowed."""
        self._read.update(allowed)
        self.refuse_unread()
        return list(self._values)

    def refuse_unread(self) -> None:
        """Raises InputError for keys that nothing asked for, so that a slip of the pen is seen."""
        unknown = sorted(self._values.keys() - self._read)
        if unknown:
            known = ", ".join(sorted(self._read))
            raise InputError(f"{self._where()}: unknown key {', '.join(unknown)}; expected {known}")

    def _value(self, key: str) -> object:
        self._read.add(key)
        if key not in self._values:
            raise InputError(f"{self._where()}: {key} is missing")
        return self._values[key]

    def _wrong(self, key: str, expected: str) -> InputError:
        return InputError(f"{self._where()}: {key} = {self._values[key]!r}; expected {expected}")

    def _where(self) -> str:
        return f"{self._path.name} [{self._name}]" if self._name else self._path.name

    def _within(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key
