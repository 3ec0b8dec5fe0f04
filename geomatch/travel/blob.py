"""A hierarchy as bytes, told apart by the weights it was made from, and never believed when torn."""

import hashlib
import struct

import numpy as np
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.travel.arcs import Arcs
from geomatch.travel.hierarchy import Hierarchy

MAGIC = b"geomatch-ch"
VERSION = 2
"""Of the format and of the contraction: raise it when either changes."""

_HEAD = struct.Struct("<11sB32s32sQQQ")
"""Magic, version, hash of the weights, hash of the rest, nodes, arcs up, arcs down."""


def weights_hash(arcs: Arcs) -> bytes:
    """SHA-256 of a network's arcs and times: 32 bytes, the same on every machine."""
    found = hashlib.sha256()
    for column in (arcs.starts, arcs.heads, arcs.deciseconds):
        found.update(struct.pack("<Q", len(column)))
        found.update(np.ascontiguousarray(column, dtype="<i4").data)
    return found.digest()


def to_bytes(hierarchy: Hierarchy, arcs: Arcs) -> bytes:
    """The hierarchy of a network's arcs, with all it takes to check it."""
    body = b"".join(np.ascontiguousarray(column, dtype="<i4").tobytes() for column in _columns(hierarchy))
    counts = len(hierarchy.rank), len(hierarchy.up.heads), len(hierarchy.down.heads)
    digest = hashlib.sha256(struct.pack("<QQQ", *counts) + body).digest()
    return _HEAD.pack(MAGIC, VERSION, weights_hash(arcs), digest, *counts) + body


def from_bytes(blob: bytes | bytearray | memoryview, arcs: Arcs) -> Hierarchy:
    """The hierarchy back again, sharing the memory of ``blob`` where that may be written to.

    Raises InputError when it is torn, of another version, or of other weights than the arcs given.
    """
    view = memoryview(blob)
    if len(view) < _HEAD.size:
        raise InputError(f"hierarchy of {len(view)} bytes; expected {_HEAD.size} or more")
    magic, version, weights, digest, *counts = _HEAD.unpack(view[: _HEAD.size])
    if (magic, version) != (MAGIC, VERSION):
        raise InputError(f"hierarchy of format {magic!r} {version}; expected {MAGIC!r} {VERSION}")
    if hashlib.sha256(struct.pack("<QQQ", *counts) + view[_HEAD.size :]).digest() != digest:
        raise InputError("hierarchy torn or changed; expected it as it was written")
    if weights != weights_hash(arcs):
        raise InputError("hierarchy of other roads or speeds; expected that of the network at hand")
    return _cut(np.frombuffer(view[_HEAD.size :], dtype="<i4"), *counts)


def _columns(hierarchy: Hierarchy) -> tuple[NDArray[np.int32], ...]:
    up, down = hierarchy.up, hierarchy.down
    return hierarchy.rank, up.starts, up.heads, up.deciseconds, down.starts, down.heads, down.deciseconds


def _cut(body: NDArray[np.int32], nodes: int, up: int, down: int) -> Hierarchy:
    numbers = body if body.flags.writeable else body.copy()
    ends = np.cumsum([nodes, nodes + 1, up, up, nodes + 1, down, down])
    rank, *rest = np.split(numbers.astype(np.int32, copy=False), ends[:-1])
    return Hierarchy(rank, Arcs(*rest[:3]), Arcs(*rest[3:]))
