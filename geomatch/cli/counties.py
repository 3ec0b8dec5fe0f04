"""``geomatch import`` and ``geomatch county load``: publishers' files into the database."""

from pathlib import Path
from typing import Any

import click

from geomatch.cli.terminal import (
    county_option,
    emit,
    environment,
    json_option,
    owner,
    progress_bar,
    secret,
    today,
)
from geomatch.errors import InputError
from geomatch.services import basemaps, counties
from geomatch.services.importing import Outcome
from geomatch.services.reading import READERS, Part

_FILE = click.Path(path_type=Path, dir_okay=False)
_MOST_ISSUES = 20
GROUP_COLUMN = "group"


@click.group()
def county() -> None:
    """Whole counties."""


@county.command()
@click.argument("file", type=_FILE)
@click.option("--sample-needs", type=int, metavar="SEED", help="Make up needs to look at.")
@json_option
def load(file: Path, sample_needs: int | None, as_json: bool) -> None:
    """Load one county from its TOML FILE, all or nothing, beside any other county."""
    with progress_bar() as bar, owner(bar) as door:
        done = counties.load(
            door, file, today=today(), sample_needs=sample_needs, progress=bar, secret=secret()
        )
        if done.counts.get("parish_areas"):
            basemaps.build(door, done.county, environment().home, closest=basemaps.ENOUGH, progress=bar)
    counted = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in done.counts.items() if count)
    words = [*_told(done.imports), f"{done.county}: {counted}"]
    emit(done.as_dict(), "\n".join(words), as_json=as_json)


@click.command("import")
@click.argument("kind", type=click.Choice(sorted(READERS)))
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option(
    "--area-kind", metavar="K", help="parish, division, lad, lsoa; or a kind of group, such as ljc."
)
@click.option("--vintage", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it was true.")
@click.option("--code", metavar="FIELD", help="Field or column of the code (of the parish, for groups).")
@click.option("--name", metavar="FIELD", help="Field or column of the name (of the group, for groups).")
@click.option("--division", metavar="FIELD", help="Column of the division, where groups split parishes.")
@click.option("--source", metavar="S", help="Who published it.")
@click.option("--licence", metavar="L", help="Under which licence.")
@county_option
@json_option
def import_(kind: str, files: tuple[Path, ...], county: str | None, as_json: bool, **said: Any) -> None:
    """Import a publisher's own FILES of one KIND, unmodified; together or not at all."""
    part = Part(kind, files, _options(kind, said))
    with progress_bar() as bar, owner(bar) as door:
        done = counties.add(door, county, part, today=today(), progress=bar, secret=secret())
    emit(done[0] if len(done) == 1 else done, "\n".join(_told(done)), as_json=as_json)


def _options(kind: str, said: dict[str, Any]) -> dict[str, Any]:
    """The command's options under the names that the kind's reader knows them by."""
    area_kind, code, name = said.pop("area_kind"), said.pop("code"), said.pop("name")
    division, vintage = said.pop("division"), said.pop("vintage")
    given = said | {"vintage": vintage and vintage.date()}
    match kind:
        case "boundaries":
            given |= {"kind": area_kind or "parish", "code": code, "name": name}
        case "groups":
            given |= {
                "kind": area_kind or "ljc",
                "parish": code,
                "group": name or GROUP_COLUMN,
                "division": division,
            }
        case "places":
            given |= {"kind": area_kind}
        case _ if area_kind or code or name or division:
            raise InputError(
                f"import {kind}: --area-kind, --code, --name and --division go with boundaries and groups"
            )
    return {option: value for option, value in given.items() if value is not None}


def _told(done: list[Outcome]) -> list[str]:
    lines = []
    for each in done:
        what = "unchanged" if each.get("unchanged") else f"{each['loaded']:,} of {each['read']:,} loaded"
        lines.append(f"{each['source']}: {what}")
        issues = [] if each.get("unchanged") else each["issues"]
        lines += [f"  {_place(issue)}{issue['message']}" for issue in issues[:_MOST_ISSUES]]
        if len(issues) > _MOST_ISSUES:
            lines.append(f"  and {len(issues) - _MOST_ISSUES:,} more; --json lists them all")
    return lines


def _place(issue: dict[str, Any]) -> str:
    where = [f"{name} {issue[name]}" for name in ("line", "column") if issue[name] is not None]
    return f"{', '.join(where)}: " if where else ""
