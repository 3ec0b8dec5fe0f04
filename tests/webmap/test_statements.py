"""What the site says of itself is true of it: whose data, under which words, and how accessible."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from webmap import owed


def _row(publisher: str | None, licence: str | None, vintage: date | None = None) -> dict[str, Any]:
    return {"publisher": publisher, "licence": licence, "vintage": vintage}


def test_each_licence_and_publisher_is_given_its_words_once_with_the_years_of_the_data() -> None:
    rows = [
        _row("Ordnance Survey", "OGL-UK-3.0", date(2026, 5, 1)),
        _row("Ordnance Survey", "OGL-UK-3.0", date(2025, 2, 1)),
        _row("OpenStreetMap contributors", "ODbL-1.0"),
        _row("Office for National Statistics", "OGL-UK-3.0"),
    ]
    words = [each.words for each in owed.statements(rows)]
    assert words == [
        "Contains public sector information licensed under the Open Government Licence v3.0.",
        "Contains information from OpenStreetMap, made available under the Open Database Licence (ODbL) 1.0. "
        "© OpenStreetMap contributors.",
        "Contains OS data © Crown copyright and database right 2025, 2026.",
        "Contains National Statistics data © Crown copyright and database right.",
    ]


@pytest.mark.parametrize("row", [_row(None, None), _row("A parish", "MIT")])
def test_nothing_is_owed_where_nobody_asks(row: dict[str, Any]) -> None:
    assert owed.statements([row]) == []


def test_every_import_stands_on_the_page_as_the_database_has_it(own_site: Any) -> None:
    with own_site.owner.begin() as connection:
        words = (
            "insert into import (county_id, kind, source, publisher, licence, vintage, sha256, read, loaded, "
        )
        words += "rejected, seconds) select id, 'roads', 'x.gpkg', 'Ordnance Survey', 'OGL-UK-3.0', "
        words += "'2024-04-01', repeat('0', 64), 1239, 1234, 5, 1 from county"
        connection.execute(sa.text(words))
        [moment] = connection.execute(sa.text("select imported_at from import where source = 'x.gpkg'")).one()
    page = own_site.client.get("/about/data").text
    for told in ("x.gpkg", "Ordnance Survey", "OGL-UK-3.0", "1 April 2024", "1,234"):
        assert told in page
    assert f"{moment.day} {moment:%B %Y}" in page
    assert "Contains OS data © Crown copyright and database right 2024." in page


def test_the_accessibility_statement_has_the_parts_that_the_regulations_ask_for(client: Any) -> None:
    page = client.get("/accessibility").text
    for part in (
        "Accessibility statement", "Feedback and contact", "Equality and Human Rights Commission",
        "partially compliant", "Content that is not accessible", "disproportionate burden", "Prepared on",
        "last reviewed on", "Last tested on",
    ):  # fmt: skip
        assert part in page
