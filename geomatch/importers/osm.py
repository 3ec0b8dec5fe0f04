"""OpenStreetMap's ``.osm.pbf`` as its publishers give it out, to a road graph.

Every way that cars, walkers or cycles may use becomes pieces of road between junctions. A gate, bollard or
stile that stops somebody between two pieces stops them here too. Node ids are OpenStreetMap's; the second
node made where a barrier parts a road has the same id, negative.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium

from geomatch.errors import InputError
from geomatch.importers.osm_access import barred
from geomatch.importers.osm_pieces import Strand, graph_of
from geomatch.importers.osm_tags import road
from geomatch.model import Mode
from geomatch.progress import Progress, silent
from geomatch.roads import SPEEDS, RoadGraph, SpeedTable

_WAYS_BETWEEN_REPORTS = 20_000
_TAGS_OF_INTEREST = ("highway", "route", "barrier", "ford")


@dataclass(slots=True)
class _Found:
    """What has been read so far."""

    strands: list[Strand]
    barriers: dict[int, frozenset[Mode]]
    fords: set[int]


def read(path: Path, *, speeds: SpeedTable = SPEEDS, progress: Progress = silent) -> RoadGraph:
    """The roads of an unmodified ``.osm.pbf`` file (any file osmium knows, told by its ending).

    A way whose nodes are partly missing, as at the edge of a clipped extract, keeps the parts it has.

    Raises InputError for a missing, corrupt or truncated file, one without roads, or one outside
    Great Britain.
    """
    progress("reading OpenStreetMap ways", 0, None)
    try:
        found = _found_in(path, progress)
    except (RuntimeError, OSError, ValueError) as error:
        # osmium raises RuntimeError for all that is wrong with a file; InputError never starts in there.
        raise InputError(f"{path}: not a whole OpenStreetMap file ({error}); expected an .osm.pbf") from error
    if not found.strands:
        raise InputError(f"{path}: no roads in it; expected an .osm.pbf with highways and their nodes")
    progress("splitting roads at junctions", 0, None)
    found.strands.sort(key=lambda strand: strand.way)
    return graph_of(found.strands, found.barriers, found.fords, speeds=speeds, source=str(path))


def _found_in(path: Path, progress: Progress) -> _Found:
    found = _Found(strands=[], barriers={}, fords=set())
    wanted = osmium.filter.KeyFilter(*_TAGS_OF_INTEREST)
    reader = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
    for seen, thing in enumerate(reader.with_locations().with_filter(wanted), start=1):
        tags = {tag.k: tag.v for tag in thing.tags}
        if isinstance(thing, osmium.osm.Way):
            found.strands.extend(_strands(thing, tags))
        else:
            _note(thing.id, tags, found)
        if seen % _WAYS_BETWEEN_REPORTS == 0:
            progress("reading OpenStreetMap ways", seen, None)
    return found


def _note(node: int, tags: dict[str, str], found: _Found) -> None:
    stopped = barred(tags)
    if stopped:
        found.barriers[node] = stopped
    if tags.get("ford", "no") != "no":
        found.fords.add(node)


def _strands(way: osmium.osm.Way, tags: dict[str, str]) -> Iterator[Strand]:
    """The parts of a way whose nodes are all in the file; usually one, the whole of it."""
    described = road(tags)
    if described is None:
        return
    nodes = [(node.ref, node.location.x, node.location.y, node.location.valid()) for node in way.nodes]
    run: list[tuple[int, int, int]] = []
    for ref, x, y, known in [*nodes, (0, 0, 0, False)]:
        if known and not (run and run[-1][0] == ref):
            run.append((ref, x, y))
        elif not known:
            if len(run) > 1:
                yield Strand(way=way.id, road=described, nodes=np.array(run, dtype=np.int64))
            run = []
