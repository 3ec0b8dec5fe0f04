"""Spellings that a hurried finger makes of a name."""

_LEAST = 3
_MOST = 16
"""Letters of a name in which swaps are looked for; a longer one is found by its likeness anyway."""


def swapped(name: str) -> tuple[str, ...]:
    """The name with every pair of neighbouring letters swapped, in their order; none of a long name."""
    if not _LEAST <= len(name) <= _MOST:
        return ()
    pairs = range(len(name) - 1)
    return tuple(name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in pairs)
