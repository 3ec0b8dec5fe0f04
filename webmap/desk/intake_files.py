"""A spreadsheet at the desk: chosen, looked at row by row, and then all of it kept or nothing."""

import base64
import binascii
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask
from werkzeug.utils import secure_filename

from geomatch.errors import InputError
from geomatch.importers import needs, organisations, resources
from geomatch.importers.textfiles import AS_CSV
from geomatch.services import intake
from geomatch.services.intake import KINDS, Look, RefusedError
from webmap import here
from webmap.desk import door
from webmap.desk.door import blueprint
from webmap.desk.intake import job
from webmap.errors import ParameterError

MOST_FILE_BYTES = 1_000_000
"""The largest spreadsheet taken here, some 4,000 rows; larger ones go by ``geomatch import``."""

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
"""How the own files of spreadsheet programs end."""

MOST_SHOWN = 200
"""The most rows to mend that one page tells of."""


@blueprint.route("/import", methods=["GET", "POST"])
def spreadsheet() -> flask.typing.ResponseReturnValue:
    """Choose a file; see what it would do; keep it. What is kept is what was looked at, byte for byte."""
    asked = flask.request
    if asked.method == "GET":
        return _page()
    kind = asked.form.get("kind", "")
    try:
        if kind not in KINDS:
            raise ParameterError("kind", "one of " + ", ".join(KINDS), kind)
        name, content = _given()
        if asked.form.get("do") == "keep":
            return _kept(kind, name, content)
        seen = _look(kind, name, content)
    except InputError as refused:
        return _page(kind=kind, refused=str(refused)), 400
    return _page(kind=kind, name=name, seen=seen, packed=_packed(content), mark=_mark(content))


@blueprint.get("/templates/<any(organisations, resources, needs):kind>.csv")
def template(kind: str) -> flask.Response:
    """The header of a spreadsheet of this kind, to be filled."""
    columns = {"organisations": organisations, "resources": resources, "needs": needs}[kind].COLUMNS
    answer = flask.make_response(",".join(columns) + "\r\n")
    answer.content_type = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer


def _kept(kind: str, name: str, content: bytes) -> flask.typing.ResponseReturnValue:
    """All of it, or the page that says why nothing of it."""
    if _mark(content) != flask.request.form.get("mark"):
        raise InputError("these are not the bytes that were looked at; choose the file again")
    with _file(name, content) as path, door.writing() as connection:
        work = job(connection)
        seen = intake.look(work, kind, path)
        try:
            intake.keep(work, seen)
        except RefusedError:
            return _page(kind=kind, name=name, seen=seen), 400
    return _page(kind=kind, name=name, kept=len(seen.records))


def _look(kind: str, name: str, content: bytes) -> Look:
    with _file(name, content) as path:
        return intake.look(job(door.connection()), kind, path)


def _given() -> tuple[str, bytes]:
    """The name and bytes of the file chosen, or of the one looked at before."""
    chosen = flask.request.files.get("file")
    if chosen is not None and chosen.filename:
        name, content = secure_filename(chosen.filename)[-100:] or "table.csv", chosen.read()
        if name.lower().endswith(WORKBOOKS):
            raise InputError(f"{name}: {AS_CSV}")
        if not name.lower().endswith(".csv"):
            raise InputError(f"{name}: not a CSV file; in the spreadsheet save it as 'CSV UTF-8'")
    else:
        name = secure_filename(flask.request.form.get("name", ""))[-100:] or "table.csv"
        content = _unpacked(flask.request.form.get("given", ""))
    if not content:
        raise InputError("no file was chosen, or it is empty; expected a CSV file with a header")
    if len(content) > MOST_FILE_BYTES:
        raise InputError(f"{name}: {len(content):,} bytes; expected {MOST_FILE_BYTES:,} at most")
    return name, content


def _packed(content: bytes) -> str:
    """The bytes once more, to come back with the form: nothing is kept anywhere between the two pages."""
    return base64.b64encode(zlib.compress(content)).decode("ascii")


def _unpacked(text: str) -> bytes:
    reading = zlib.decompressobj()
    try:
        content = reading.decompress(base64.b64decode(text, validate=True), MOST_FILE_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error) as broken:
        raise InputError("the file did not come back whole; choose it again") from broken
    return content


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@contextmanager
def _file(name: str, content: bytes) -> Iterator[Path]:
    """The bytes as a file of this name, while the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (name if name.lower().endswith(".csv") else "table.csv")
        path.write_bytes(content)
        yield path


def _page(**shown: object) -> str:
    usual = {"kind": "", "name": "", "seen": None, "refused": "", "kept": None, "packed": "", "mark": ""}
    return here.page("desk/intake_file.html", most=MOST_SHOWN, kinds=list(KINDS), **{**usual, **shown})
