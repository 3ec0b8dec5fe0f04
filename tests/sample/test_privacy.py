"""A volunteer's name tells no more than the map."""

import csv
from pathlib import Path


def test_no_volunteer_is_named_after_a_hamlet(sample_folder: Path) -> None:
    with (sample_folder / "resources.csv").open(encoding="utf-8") as file:
        names = {row["name"] for row in csv.DictReader(file) if row["kind"] == "volunteer"}
    places = {name.split(" near ")[1].split(" (")[0] for name in names if " near " in name}
    assert len(names) > 300
    assert 3 < len(places) < 60
    assert "Shrewsbury" in places
