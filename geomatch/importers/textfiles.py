"""Text of a CSV file, plain, gzipped or in a publisher's zip, as records with the line they begin on."""

import csv
import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geomatch.errors import InputError
from geomatch.importers.report import IssueKind, Reading

_BOM = b"\xef\xbb\xbf"
_DATA_FOLDER = re.compile(r"(^|/)data/", re.IGNORECASE)


_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""What Excel's and LibreOffice's own files begin with: a zip, or a compound document."""
AS_CSV = (
    "a workbook, not a CSV file; open it, choose File, Save as, 'CSV UTF-8 (comma delimited)', "
    "each sheet by itself, and give that file"
)


class Lines(Iterator[str]):
    """The lines of a UTF-8 stream, their ends kept. Raises InputError, with the line, for other text."""

    def __init__(self, stream: Iterator[bytes], source: str) -> None:
        self.source = source
        self.number = 0
        """Lines given so far."""
        self.ended = False
        """Whether the stream has been asked for more than it holds."""
        self.cut = False
        """Whether the last line given had no line end."""
        self._stream = stream

    def __next__(self) -> str:
        try:
            raw = next(self._stream)
        except StopIteration:
            self.ended = True
            raise
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
            raise InputError(
                f"{self.source}: broken after line {self.number} ({error}); the file is cut short or damaged"
            ) from error
        self.number += 1
        self.cut = not raw.endswith(b"\n")
        return self._decoded(raw.removeprefix(_BOM) if self.number == 1 else raw)

    def _decoded(self, raw: bytes) -> str:
        if self.number == 1 and raw.startswith(_WORKBOOKS):
            raise InputError(f"{self.source}: {AS_CSV}")
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            raise InputError(
                f"{self.source} line {self.number}: the byte 0x{raw[error.start]:02X} is not UTF-8; "
                "save the file as 'CSV UTF-8' (Windows-1252 and UTF-16 are not read)"
            ) from error
        if "\0" in text:
            raise InputError(f"{self.source} line {self.number}: a NUL byte; expected a text file in UTF-8")
        return text


def parts(path: Path) -> Iterator[Lines]:
    """Every table of a file: one for ``.csv`` and ``.csv.gz``, one per data member of a ``.zip``.

    In a publisher's zip the tables are the ``.csv`` members under ``Data/``; where one member holds the
    whole (``*_UK.csv``) its copies by area are not read again. Raises InputError for what is not there.
    """
    with _refusing_damage(path):
        if path.suffix.lower() != ".zip":
            zipped = path.suffix.lower() == ".gz"
            with gzip.open(path) if zipped else path.open("rb") as stream:
                yield Lines(stream, path.name)
            return
        with zipfile.ZipFile(path) as archive:
            for member in _tables(archive, path.name):
                with archive.open(member) as stream:
                    yield Lines(stream, f"{path.name}/{member}")


@contextmanager
def _refusing_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except zipfile.BadZipFile as error:
        raise InputError(
            f"{path.name}: not a whole zip ({error}); the file is cut short or damaged"
        ) from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; expected a file to read") from error


def _tables(archive: zipfile.ZipFile, source: str) -> list[str]:
    names = sorted(name for name in archive.namelist() if name.lower().endswith(".csv"))
    found = [name for name in names if _DATA_FOLDER.search(name)] or names
    if not found:
        raise InputError(f"{source}: no .csv in the zip; it holds {', '.join(archive.namelist()[:5])}")
    return [name for name in found if name.lower().endswith("_uk.csv")] or found


def records(lines: Lines, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """CSV records as ``(line, cells)``, the line being where the record begins; blank lines pass unseen.

    A record with a quotation mark out of place is rejected in ``reading``. Raises InputError when a
    quotation mark is never closed, because nothing after it can be told from the cell.
    """
    reader = csv.reader(lines, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if lines.ended or reader.line_num > line:
                raise InputError(
                    f"{lines.source} line {line}: a quotation mark is opened and never closed; "
                    "the file is cut short or the mark is stray"
                ) from error
            reading.read += 1
            reading.reject(IssueKind.CELLS, f"{error}; quotation marks in a cell are doubled", line=line)
            continue
        if any(cells):
            yield line, cells


def right_width(lines: Lines, reading: Reading, line: int, cells: list[str], expected: int) -> bool:
    """Whether a record has the expected number of cells; if not, it is rejected in ``reading``.

    Raises InputError when the record is the file's last, is short and lacks its line end: cut short.
    """
    if len(cells) == expected:
        return True
    if len(cells) < expected and lines.cut:
        raise InputError(
            f"{lines.source} line {line}: the file ends in the middle of a row "
            f"({len(cells)} cells, expected {expected}); it is cut short"
        )
    reading.reject(IssueKind.CELLS, f"{len(cells)} cells; expected {expected}", line=line)
    return False
