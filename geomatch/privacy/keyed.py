"""Chance that is always the same for the same record, and that nobody without the secret can repeat."""

import hmac
from hashlib import sha256

from geomatch.errors import InputError

SHORTEST = 16
"""Bytes that a secret must have at least."""


def digest(secret: bytes, purpose: str, about: str) -> bytes:
    """32 bytes of HMAC-SHA256. Raises InputError for a secret too short to keep anything."""
    if len(secret) < SHORTEST:
        raise InputError(f"a secret of {len(secret)} bytes; expected {SHORTEST} or more")
    return hmac.new(secret, f"{purpose}\n{about}".encode(), sha256).digest()


def number(digested: bytes, at: int = 0) -> int:
    """The ``at``-th 64-bit number of some bytes."""
    return int.from_bytes(digested[8 * at : 8 * at + 8], "big")


def fraction(digested: bytes, at: int = 0) -> float:
    """The ``at``-th number in [0, 1) of some bytes."""
    return (number(digested, at) >> 11) / 2**53
