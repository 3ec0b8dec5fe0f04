"""Whether the best match may be taken, or a person has to choose."""

from collections.abc import Sequence

from geomatch.locate.matches import Match

MAJOR = ("city", "town")
"""Kinds that are meant when nothing more is said, whatever hamlet bears the same name."""

_CLEARLY = 0.1
"""Likeness by which the best of several misspelt names must lead."""


def distinct(matches: Sequence[Match]) -> tuple[Match, ...]:
    """Without those that an earlier match names already: a hall, and the organisation that is called so."""
    kept: list[Match] = []
    for match in matches:
        if not any(each.label == match.label and each.is_same_place_as(match) for each in kept):
            kept.append(match)
    return tuple(kept)


def must_choose(matches: Sequence[Match]) -> bool:
    """Whether another place answers as well as the first.

    A place called exactly so goes before those that only begin so, one in the county before others, and a
    town before everything smaller. What has the first match's name and lies there is the first match.
    """
    if not matches:
        return False
    best = matches[0]
    rivals = [
        each
        for each in matches[1:]
        if each.exact == best.exact and each.in_county == best.in_county and not best.is_same_place_as(each)
    ]
    if best.kind in MAJOR and best.exact:
        rivals = [each for each in rivals if each.kind in MAJOR]
    return any(each.score > best.score - _CLEARLY for each in rivals)
