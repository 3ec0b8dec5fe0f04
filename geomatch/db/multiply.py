"""More records like those there are, for a bench."""

import sqlalchemy as sa

from geomatch.db import query


def records(connection: sa.Connection, county_id: int, copies: int) -> None:
    """Put so many copies of every need and every offer beside it, with roles, matches and reasons.

    They lie up to some hundred metres away, in the same parish; nobody's home is copied.
    """
    for name in (
        "bench_more_offers",
        "bench_more_needs",
        "bench_more_roles",
        "bench_more_matches",
        "bench_more_unmatched",
    ):
        query.run(connection, name, county=county_id, copies=copies)
