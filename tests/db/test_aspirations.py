"""Every query that looks for needs says whether it means those that are only wished for one day."""

import re
from pathlib import Path

LOOKS = re.compile(r"\b(?:from|join) need\b")
BY_ITS_OWN = {
    "bench_more_matches": "copies of what was matched",
    "bench_more_needs": "a copy of each, as it is",
    "bench_more_roles": "a copy of each, as it is",
    "bench_more_unmatched": "copies of what was left over",
    "book_list": "by its bookings",
    "desk_asker": "by its id",
    "desk_bookings": "by its bookings",
    "desk_over": "by its bookings",
    "desk_places": "by its id",
    "desk_round": "by its matches",
    "area_served": "by its matches",
    "keep_done": "by its bookings",
    "label_missing": "where it lies",
    "label_point": "where it lies",
    "match_roles": "by its roles, of which a wish has none",
    "merge_hanging": "whose it is",
    "merge_seats": "by its bookings",
    "page_area_matches": "by its matches",
    "page_area_unmatched": "by a matching",
    "page_everywhere": "where it lies",
    "page_names": "by its id",
    "page_points": "where it lies",
    "page_resource_matches": "by its matches",
    "place_records": "where it lies",
    "reach_located": "where it lies",
}
"""Queries that need not say it, each with the reason."""


def test_every_query_that_finds_needs_says_what_it_does_with_wishes(root: Path) -> None:
    silent = set()
    for path in (root / "geomatch/db/queries").glob("*.sql"):
        text = path.read_text("utf-8")
        if LOOKS.search(text) and "aspiration" not in text:
            silent.add(path.stem)
    assert silent == set(BY_ITS_OWN)
