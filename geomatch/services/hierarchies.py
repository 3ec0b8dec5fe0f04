"""Hierarchies kept in a folder: worked out once for the same weights, checked at every reading."""

import mmap
import os
import tempfile
from pathlib import Path

from geomatch.errors import InputError
from geomatch.progress import Progress, silent
from geomatch.travel import Hierarchy, Network, blob, compiled, contract


def contracted(network: Network, folder: Path, *, progress: Progress = silent) -> Network:
    """The network with its hierarchy: from the folder, or worked out and put there.

    A file that is torn or of an older version is replaced. Readers of the old file keep it.
    """
    if not compiled.available():
        return network
    file = folder / f"roads-{network.mode}-{blob.weights_hash(network.arcs).hex()[:24]}.hierarchy"
    kept = _kept(file, network)
    ready = contract(network, hierarchy=kept, progress=progress)
    if kept is None and ready.hierarchy is not None:
        _write(file, blob.to_bytes(ready.hierarchy, network.arcs))
    return ready


def _kept(file: Path, network: Network) -> Hierarchy | None:
    try:
        with file.open("rb") as opened:
            # Private pages: compiled loops want memory they might write to, and the file stays as it is.
            view = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_COPY)
    except (FileNotFoundError, ValueError):  # a file without bytes cannot be mapped
        return None
    try:
        return blob.from_bytes(memoryview(view), network.arcs)
    except InputError:
        return None


def _write(file: Path, content: bytes) -> None:
    """All of it or none, whoever else writes the same file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as beside:
        beside.write(content)
        beside.flush()
        os.fsync(beside.fileno())
    Path(beside.name).replace(file)
