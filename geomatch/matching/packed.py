"""A problem as bytes: small enough to keep with every run, exact enough to solve again to the letter."""

import io
import json
import zipfile
from dataclasses import replace

import numpy as np

from geomatch.errors import InputError
from geomatch.matching import document
from geomatch.matching.problem import Candidates, Problem

_HEAD = "problem"


def to_bytes(problem: Problem) -> bytes:
    """The problem, compressed: its document without candidates, and the candidates' columns as they are."""
    nothing = np.zeros(0, dtype=np.int64)
    head = document.to_document(replace(problem, candidates=problem.candidates.take(nothing), fixed=()))
    head |= {"slots": problem.slots, "fixed": problem.fixed}
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    columns = {name: getattr(problem.candidates, name) for name in Candidates.__dataclass_fields__}
    packed = io.BytesIO()
    columns[_HEAD] = np.frombuffer(text, dtype=np.uint8)
    np.savez_compressed(packed, allow_pickle=False, **columns)
    return packed.getvalue()


def from_bytes(packed: bytes) -> Problem:
    """The problem that ``to_bytes`` packed. Raises InputError for bytes that are torn or of another kind."""
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as found:
            head = json.loads(found[_HEAD].tobytes())
            columns = Candidates(*(found[name] for name in Candidates.__dataclass_fields__))
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(f"a kept problem cannot be read: {error}") from error
    slots, fixed = tuple(head.pop("slots")), head.pop("fixed")
    bare = document.from_document(head | {"fixed": []})
    return replace(
        bare, slots=slots, candidates=columns, fixed=tuple((int(row), int(units)) for row, units in fixed)
    )
