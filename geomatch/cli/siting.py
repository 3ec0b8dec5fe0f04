"""``geomatch site`` and ``geomatch coverage``: where one more would help, and who is left out."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from geomatch.cli.terminal import county_option, emit, json_option, owner, progress_bar, today
from geomatch.errors import InputError
from geomatch.exporters.spreadsheet import harmless
from geomatch.matching.siting import OBJECTIVES
from geomatch.model import Mode, ResourceKind
from geomatch.services import covering, siting, worth

NEEDS = "needs"
"""Besides the objectives of siting: how many more needs one extra resource in each parish would serve."""
_FILE = click.Path(path_type=Path, dir_okay=False)
_DAY = click.DateTime(["%Y-%m-%d"])
_KINDS = click.Choice([str(kind) for kind in ResourceKind])
_mode = click.option(
    "--mode", type=click.Choice([str(mode) for mode in Mode]), default=str(Mode.CAR), show_default=True
)


@click.command()
@click.option("--kind", type=_KINDS, help="What to place; not wanted with --matrix.")
@click.option("--count", type=int, metavar="N", help="How many to place; set-cover finds it out.")
@click.option("--objective", type=click.Choice([*OBJECTIVES, NEEDS]), required=True)
@click.option("--matrix", type=_FILE, help="CSV demand,site,cost,weight in place of the database.")
@click.option("--max-minutes", type=float, metavar="M", help="What costs more is out of reach.")
@_mode
@county_option
@json_option
def site(
    kind: str | None,
    count: int | None,
    objective: str,
    matrix: Path | None,
    max_minutes: float | None,
    mode: str,
    county: str | None,
    as_json: bool,
) -> None:
    """Say where so many more would do most good, with proof."""
    if objective == NEEDS:
        _needs(kind, count, county, as_json=as_json)
        return
    wanted = siting.Wanted(objective, count, max_minutes)
    with progress_bar() as bar:
        if matrix is not None:
            found = siting.from_matrix(matrix, wanted, progress=bar)
        elif kind is None:
            raise InputError("neither --kind nor --matrix given; expected one of them")
        else:
            asked = siting.Asked(county, ResourceKind(kind), today(), Mode(mode))
            with owner(bar) as door:
                found = siting.for_county(door, asked, wanted, progress=bar)
    emit(found, "\n".join(_sited(found)), as_json=as_json)


@click.command()
@click.option("--by", type=click.Choice(covering.AREA_KINDS), required=True)
@click.option("--kind", type=_KINDS, required=True)
@click.option("--max-minutes", type=float, required=True, metavar="M")
@_mode
@click.option("--as-of", type=_DAY, help="Areas and offers as on this day; today by default.")
@click.option("--format", "form", type=click.Choice(["json", "csv", "geojson"]), help="A table by default.")
@county_option
@json_option
def coverage(
    by: str,
    kind: str,
    max_minutes: float,
    mode: str,
    as_of: datetime | None,
    form: str | None,
    county: str | None,
    as_json: bool,
) -> None:
    """Who is within reach of something adequate, free and accessible, and who is not."""
    asked = covering.Asked(
        county, by, ResourceKind(kind), max_minutes, as_of.date() if as_of else today(), Mode(mode)
    )
    with progress_bar() as bar, owner(bar) as door:
        found = covering.cover(door, asked, progress=bar)
    shapes = [row.pop("geometry") for row in found["rows"]]
    if form == "geojson" and not as_json:
        click.echo(_geojson(found, shapes))
    elif form == "csv" and not as_json:
        click.echo(as_csv(found["rows"]), nl=False)
    else:
        emit(found, "\n".join(_covered(found)), as_json=as_json or form == "json")


def _needs(kind: str | None, count: int | None, county: str | None, *, as_json: bool) -> None:
    """The parishes where one more would serve the most needs, the first ``count`` of them."""
    if count is not None and count < 1:
        raise InputError(f"count {count}; expected 1 or more")
    kinds = (ResourceKind(kind),) if kind else worth.KINDS
    with progress_bar() as bar, owner(bar) as door:
        found = worth.worth(door, county, kinds, progress=bar)
    shown = [row for rows in worth.by_kind(found["rows"]).values() for row in rows[:count]]
    words = [
        f"{row['kind']} in {row['name']} ({row['code']}): {row['needs']} more needs, score {row['score']:+g}"
        for row in shown
    ]
    best = max((row["needs"] for row in shown), default=0)
    sites = [row["code"] for row in shown]
    told = {"sites": sites, "value": best, "bound": best, "gap": 0.0} | found | {"rows": shown}
    emit(told, "\n".join([*words, *found["assumed"]]), as_json=as_json)


def _sited(found: dict[str, Any]) -> list[str]:
    names = found.get("names", {})
    lines = [
        f"{found['objective']}: {found['value']:,.4f} (bound {found['bound']:,.4f}, gap {found['gap']:.2%})"
    ]
    lines += [f"  {names[code]} ({code})" if code in names else f"  {code}" for code in found["sites"]]
    if found["unreached"]:
        lines.append(f"out of reach of them all: {len(found['unreached']):,}")
    return [*lines, *found.get("assumed", ())]


def _covered(found: dict[str, Any]) -> list[str]:
    lines = [
        f"{'':32}{'residents':>10} {'within':>8} {'step-free':>10} {'needs':>6} {'within':>7} {'places':>7}"
    ]
    for row in found["rows"]:
        shares = [
            _percent(row[name]) for name in ("share_residents", "share_residents_accessible", "share_needs")
        ]
        residents = "unknown" if row["residents"] is None else f"{row['residents']:,}"
        lines.append(
            f"{row['name'][:31]:32}{residents:>10} {shares[0]:>8} {shares[1]:>10} "
            f"{row['needs']:>6,} {shares[2]:>7} {row['places']:>7,}"
        )
    limit = f"within {found['max_minutes']:g} minutes by {found['mode']}, {found['minutes']}"
    return [*lines, f"{found['kind']}, {limit}, as of {found['as_of']}", *found["assumed"]]


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.0%}"


def as_csv(rows: list[dict[str, Any]]) -> str:
    """Rows for a spreadsheet, with no live formula among them."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(cell) for name, cell in row.items()} for row in rows)
    return out.getvalue()


def _geojson(found: dict[str, Any], shapes: list[str]) -> str:
    kind, vintage = found["by"], found["vintage"]
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shape),
            "properties": row | {"kind": kind, "vintage": vintage},
        }
        for row, shape in zip(found["rows"], shapes, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
