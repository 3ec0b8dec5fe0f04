"""Files a page needs: our own, and Leaflet's as its package installed them.

Each address holds a mark of its content, so a browser may keep the file for good.
"""

import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import metadata, resources
from pathlib import Path

import flask
from werkzeug.exceptions import NotFound

blueprint = flask.Blueprint("assets", __name__, url_prefix="/static")

_LEAFLET = "XStatic-Leaflet"
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file's bytes, type and the mark of its content."""

    body: bytes
    type: str
    mark: str


def leaflet_version() -> str:
    """The version of the installed Leaflet package."""
    return metadata.version(_LEAFLET)


def own(name: str) -> str:
    """Address of one of our own files."""
    return flask.url_for("assets.ours", mark=_own(name).mark, name=name)


def leaflet(name: str) -> str:
    """Address of one of Leaflet's files, such as ``leaflet.js``."""
    return flask.url_for("assets.leaflets", version=_leaflet_mark(), name=name)


def text(name: str) -> str:
    """One of our own files, to be put into a page."""
    return _own(name).body.decode()


def leaflet_text(name: str) -> str:
    """One of Leaflet's files, to be put into a page; without pictures of its own."""
    text_ = _leaflet_files()[name].body.decode().replace("\r\n", "\n")
    return re.sub(r"url\(images/[^)]*\)", "none", text_)


def attach(app: flask.Flask) -> None:
    """Make both known to templates."""
    app.jinja_env.globals.update(asset=own, leaflet=leaflet, leaflet_version=leaflet_version)


@blueprint.get("/own/<mark>/<name>")
def ours(mark: str, name: str) -> flask.Response:
    """One of our own files."""
    try:
        asset = _own(name)
    except OSError as missing:
        raise NotFound from missing
    return _answer(asset, lasting=mark == asset.mark)


@blueprint.get("/leaflet/<version>/<path:name>")
def leaflets(version: str, name: str) -> flask.Response:
    """One of Leaflet's files."""
    files = _leaflet_files()
    if name not in files:
        raise NotFound
    return _answer(files[name], lasting=version == _leaflet_mark())


def _answer(asset: Asset, *, lasting: bool) -> flask.Response:
    answer = flask.make_response(asset.body)
    answer.content_type = asset.type
    answer.headers["Cache-Control"] = _FOREVER if lasting else "public, max-age=0"
    answer.set_etag(asset.mark)
    return answer


@cache
def _own(name: str) -> Asset:
    return _asset(resources.files("webmap").joinpath("static", name).read_bytes(), name)


@cache
def _leaflet_files() -> dict[str, Asset]:
    """The script without its pointer to a source map, the style sheet and the pictures."""
    folder = Path(str(metadata.distribution(_LEAFLET).locate_file("xstatic/pkg/leaflet/data")))
    wanted = ["leaflet.js", "leaflet.css", *sorted(f"images/{each.name}" for each in folder.glob("images/*"))]
    found = {name: (folder / name).read_bytes() for name in wanted}
    found["leaflet.js"] = found["leaflet.js"].split(b"\n//# sourceMappingURL=")[0]
    return {name: _asset(body, name) for name, body in found.items()}


@cache
def _leaflet_mark() -> str:
    together = sha256(b"".join(asset.body for asset in _leaflet_files().values())).hexdigest()
    return f"{leaflet_version()}-{together[:10]}"


def _asset(body: bytes, name: str) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind in ("text/javascript", "application/javascript", "text/css"):
        kind = kind.replace("application/javascript", "text/javascript") + "; charset=utf-8"
    return Asset(body, kind, sha256(body).hexdigest()[:12])
