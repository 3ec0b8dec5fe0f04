"""A road graph as bytes: read in a moment, and never believed when torn."""

import hashlib
import json
import struct

import numpy as np
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.roads.classes import MODES
from geomatch.roads.graph import RoadGraph

MAGIC = b"geomatch-roads"
VERSION = 1
"""Of the format: raise it when that changes."""

_HEAD = struct.Struct("<14sB32sQQQQ")
"""Magic, version, hash of the rest, nodes, pieces, points, bytes of words."""

_WORDS = ("names", "refs")


def to_bytes(graph: RoadGraph) -> bytes:
    """The graph with all it takes to check it; the same graph gives the same bytes on every machine."""
    words = json.dumps([getattr(graph, name) for name in _WORDS], ensure_ascii=False).encode()
    columns = [np.ascontiguousarray(getattr(graph, name), dtype=kind) for name, kind, _ in _layout(0, 0, 0)]
    body = b"".join([*(column.tobytes() for column in columns), words])
    counts = (graph.nodes, graph.pieces, len(graph.coords), len(words))
    return _HEAD.pack(MAGIC, VERSION, _digest(counts, memoryview(body)), *counts) + body


def digest(blob: bytes) -> bytes:
    """The 32 bytes by which a graph is told from every other, out of what ``to_bytes`` gave."""
    return bytes(_HEAD.unpack(blob[: _HEAD.size])[2])


def from_bytes(blob: bytes) -> RoadGraph:
    """The graph back again, sharing the memory of ``blob``.

    Raises InputError when it is torn or of another version.
    """
    if len(blob) < _HEAD.size:
        raise InputError(f"road graph of {len(blob)} bytes; expected {_HEAD.size} or more")
    magic, version, stated, *counts = _HEAD.unpack(blob[: _HEAD.size])
    if (magic, version) != (MAGIC, VERSION):
        raise InputError(f"road graph of format {magic!r} {version}; expected {MAGIC!r} {VERSION}")
    body = memoryview(blob)[_HEAD.size :]
    if _digest(tuple(counts), body) != stated:
        raise InputError("road graph torn or changed; expected it as it was written")
    columns: dict[str, NDArray[np.generic]] = {}
    at = 0
    for name, kind, shape in _layout(*counts[:3]):
        size = int(np.prod(shape))
        column = np.frombuffer(body, dtype=kind, count=size, offset=at).reshape(shape)
        columns[name] = column.astype(np.dtype(kind).newbyteorder("="), copy=False)
        at += size * np.dtype(kind).itemsize
    names, refs = (tuple(some) for some in json.loads(bytes(body[at:])))
    return RoadGraph(**columns, names=names, refs=refs)  # type: ignore[arg-type]


def _layout(nodes: int, pieces: int, points: int) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
    """Every array of a graph: its name, kind of number and shape."""
    return (
        ("node_ids", "<i8", (nodes,)),
        ("node_xy", "<f8", (nodes, 2)),
        ("metres", "<f8", (pieces,)),
        ("coords", "<f8", (points, 2)),
        ("offsets", "<i8", (pieces + 1,)),
        ("source", "<i4", (pieces,)),
        ("target", "<i4", (pieces,)),
        ("flags", "<i4", (pieces,)),
        ("deciseconds", "<i4", (pieces, len(MODES), 2)),
        ("limit_kmh", "<i2", (pieces,)),
        ("road_class", "<i1", (pieces,)),
    )


def _digest(counts: tuple[int, ...], body: memoryview) -> bytes:
    found = hashlib.sha256(struct.pack("<4Q", *counts))
    found.update(body)
    return found.digest()
