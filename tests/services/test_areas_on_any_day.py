"""Which area everything lay in on any day, over Shropshire's real members of its LJCs."""

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from geomatch.db import reach

DAYS = [date(2009, 6, 1), date(2010, 6, 30), date(2010, 7, 1), date(2010, 11, 10), date(2026, 11, 23)]


@pytest.mark.parametrize("day", DAYS)
def test_every_record_lies_in_one_ljc_or_none_and_they_add_up(shropshire, day: date) -> None:
    door, loaded = shropshire
    with door.connect() as connection:
        county = connection.execute(sa.text("select id from county")).scalar_one()
        ljcs = {row["code"] for row in reach.areas(connection, county, "ljc", day)}
        inside, parish = (reach.located(connection, county, kind, day) for kind in ("ljc", "parish"))
    needs = loaded.counts["needs"]
    assert set(inside["need"].values()) <= ljcs
    assert needs == len(parish["need"])
    in_none = needs - len(inside["need"])
    assert sum(Counter(inside["need"].values()).values()) + in_none == needs
    # Brown Clee and Highley was formed in November 2010; before that its parishes lay in none
    assert in_none > 0 or day >= date(2010, 11, 10)


def test_a_shared_parish_is_divided_and_nothing_counts_twice(shropshire) -> None:
    door, _ = shropshire
    with door.connect() as connection:
        county = connection.execute(sa.text("select id from county")).scalar_one()
        today = date(2026, 11, 23)
        shared = set(
            connection.execute(
                sa.text(
                    "select parish_code from membership where group_kind = 'ljc' and upper_inf(valid) "
                    "group by parish_code having count(distinct group_code) > 1"
                )
            ).scalars()
        )
        parish, ljc = (reach.located(connection, county, kind, today)["need"] for kind in ("parish", "ljc"))
    found = {ljc.get(ref) for ref, code in parish.items() if code in shared}
    assert len(found - {None}) > 1
