"""Draws the committed boundaries anew and keeps the table of their sources true."""

import csv
import hashlib
import io
import json
import re
from pathlib import Path

from geomatch.model import AreaKind
from geomatch.sample import facts, files, parishes
from geomatch.sample.layout import FILES

SOURCES = "SOURCES.md"

_ROW = re.compile(r"^\| `(?P<file>[^`]+)` \|(?P<about>.*)\|[^|]*\|[^|]*\|$", re.MULTILINE)
"""A row of the table: file, what is known about it, features, sha256."""


def drawn(folder: Path = facts.FOLDER) -> dict[str, str]:
    """The text of each boundary file, by name, from the facts in ``folder``."""
    areas = parishes.draw(facts.read(folder))
    return {FILES[kind]: files.boundaries(areas, kind) for kind in (AreaKind.PARISH, AreaKind.DIVISION)}


def redraw(folder: Path = facts.FOLDER) -> None:
    """Write the boundary files and refresh features and sha256 in ``SOURCES.md``."""
    for name, text in drawn(folder).items():
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / SOURCES
    path.write_text(refreshed(path.read_text(encoding="utf-8"), folder), encoding="utf-8")


def refreshed(sources: str, folder: Path) -> str:
    """The text of ``SOURCES.md`` with each file's features counted and hashed anew."""

    def row(found: re.Match[str]) -> str:
        data = (folder / found["file"]).read_bytes()
        count, digest = features(found["file"], data), hashlib.sha256(data).hexdigest()
        return f"| `{found['file']}` |{found['about']}| {count} | `{digest}` |"

    return _ROW.sub(row, sources)


def listed(sources: str) -> list[str]:
    """The files the table names, in its order."""
    return [found["file"] for found in _ROW.finditer(sources)]


def features(name: str, data: bytes) -> int:
    """How many features a GeoJSON file has, or how many rows below its header a CSV file has."""
    if name.endswith(".geojson"):
        return len(json.loads(data)["features"])
    return len(list(csv.DictReader(io.StringIO(data.decode()))))
