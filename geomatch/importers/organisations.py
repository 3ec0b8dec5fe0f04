"""Organisations as our own CSV template (``docs/templates/organisations.csv``)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from geomatch import model
from geomatch.importers import cells, positions, tables, templates
from geomatch.importers.report import Provenance, Reading, Report
from geomatch.importers.tables import Row
from geomatch.model import Organisation, Truth

COLUMNS = (
    "id",
    "name",
    "description",
    "sector",
    "themes",
    "small",
    "postcode",
    "easting",
    "northing",
    "url",
    "email",
    "telephone",
)
REQUIRED = ("id", "name")


def read(
    path: Path,
    *,
    vintage: date | str | None = None,
    source: str | None = None,
    licence: str | None = None,
) -> tuple[list[Organisation], Report]:
    """Organisations sorted by id. Raises InputError for missing or unexpected columns."""
    reading = Reading(path.name)
    found = templates.once_each(tables.rows(path, reading, check=_columns_of(path.name)), _organisation)
    return found, reading.report("organisations", [path], Provenance.stated(vintage, source, licence))


def take(records: Sequence[Mapping[str, str]], reading: Reading) -> list[Organisation]:
    """Organisations from cells by column, as ``read`` takes them from a file's rows."""
    return templates.once_each(
        tables.given(records, reading, check=_columns_of(reading.source)), _organisation
    )


def write_organisations(path: Path, values: Iterable[Organisation]) -> None:
    """Write the template so that ``read`` gives the same organisations back."""
    templates.write(path, COLUMNS, (as_cells(organisation) for organisation in values))


def _columns_of(source: str) -> templates.Check:
    return templates.check(source, required=REQUIRED, columns=COLUMNS)


def _organisation(row: Row) -> Organisation | None:
    return row.made(
        lambda: Organisation(
            id=row.required("id"),
            name=row.required("name"),
            description=row.text("description"),
            sector=row.text("sector").lower() or "voluntary",
            themes=cells.words(row.text("themes")),
            small=row.parsed("small", cells.truth, Truth.UNKNOWN),
            point=positions.of(row),
            postcode=row.parsed("postcode", model.postcode, None),
            url=row.text("url") or None,
            email=row.text("email") or None,
            telephone=row.text("telephone") or None,
        )
    )


def as_cells(organisation: Organisation) -> dict[str, str]:
    """A row of the template that ``take`` turns into the same organisation."""
    return {
        "id": organisation.id,
        "name": organisation.name,
        "description": organisation.description,
        "sector": organisation.sector,
        "themes": cells.words_text(organisation.themes),
        "small": organisation.small,
        "postcode": organisation.postcode or "",
        "url": organisation.url or "",
        "email": organisation.email or "",
        "telephone": organisation.telephone or "",
    } | templates.position_cells(organisation.point)
