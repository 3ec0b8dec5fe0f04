"""Which column of a publisher's table holds what, by the names it has had over the years."""

import re
from collections.abc import Mapping, Sequence

from geomatch.errors import InputError


def find(header: Sequence[str], patterns: Mapping[str, str], *, source: str) -> dict[str, int]:
    """Index of each wanted column: ``{our name: index}`` from ``{our name: regular expression}``.

    A pattern matches a whole name, ignoring case and spaces around it; alternatives (``a|b``) stand in
    the order of preference. A name that ends in ``?`` is optional and left out when nothing matches.
    Raises InputError listing every missing column, what was looked for and what is there.
    """
    found = {name.rstrip("?"): _index(header, pattern) for name, pattern in patterns.items()}
    missing = [name for name in patterns if not name.endswith("?") and found[name] is None]
    if missing:
        wanted = ", ".join(f"{name} ({patterns[name].replace('|', ' or ')})" for name in missing)
        raise InputError(f"{source}: missing columns: {wanted}; there are {', '.join(header)}")
    return {name: index for name, index in found.items() if index is not None}


def _index(header: Sequence[str], pattern: str) -> int | None:
    for alternative in pattern.split("|"):
        for index, name in enumerate(header):
            if re.fullmatch(alternative, name.strip(), re.IGNORECASE):
                return index
    return None
