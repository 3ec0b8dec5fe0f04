"""The sample county's roads, from the first mesh to an OpenStreetMap file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import osmium

from geomatch import crs
from geomatch.progress import Progress
from geomatch.sample import drawing, drives, mesh, routes, traffic, ways
from geomatch.sample.facts import Facts
from geomatch.sample.mesh import Barriers
from geomatch.sample.settlements import Place

ONE_WAY_TOWNS = ("Shrewsbury", "Ludlow")


def draw(
    facts: Facts, places: Sequence[Place], rng: np.random.Generator, *, progress: Progress
) -> tuple[drawing.Drawing, Barriers]:
    """The finished road net and the barriers it keeps clear of, EPSG:27700 metres."""
    progress("laying roads", 0, 4)
    ground = mesh.build(facts, places, rng)
    network = routes.chosen(facts, places, ground, rng, progress=progress)
    picture = drawing.eased(drawing.of(network), ground.barriers)
    picture = drawing.curved(drawing.curved(picture, ground.barriers), ground.barriers)
    picture = drives.with_drives(picture, ground.barriers, rng)
    junctions = [s.point for s in facts.settlements if s.kind == "junction"]
    picture = traffic.with_roundabouts(picture, junctions)
    centres = [place.point for place in places if place.name in ONE_WAY_TOWNS]
    picture = traffic.with_one_way_streets(picture, centres, rng)
    return drives.with_oddities(picture), ground.barriers


def save(
    path: Path,
    picture: drawing.Drawing,
    facts: Facts,
    places: Sequence[Place],
    rng: np.random.Generator,
    *,
    progress: Progress,
) -> None:
    """Write the net as an OSM PBF file, nodes in EPSG:4326 to seven decimals, ids from 1."""
    lines = ways.drawn(picture, facts.roads, places, rng)
    lon, lat = (np.round(values, 7).tolist() for values in crs.to_lonlat(*picture.points.T))
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for number, location in enumerate(zip(lon, lat, strict=True), 1):
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=location))
            if number % 50_000 == 0:
                progress("writing roads", number, len(lon) + len(lines))
        for number, line in enumerate(lines, 1):
            nodes = [node + 1 for node in line.nodes]
            writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=nodes, tags=line.tags))
    progress("writing roads", len(lon) + len(lines), len(lon) + len(lines))
