"""Whether a catchment can be meant: parishes there are, or a drawn area in the county and no larger."""

import dataclasses
from collections.abc import Sequence

import shapely
import sqlalchemy as sa

from geomatch.db import areas, query
from geomatch.importers.report import Issue, IssueKind, Report
from geomatch.model import AreaKind, Resource


def fitting(connection: sa.Connection, county: int, records: Sequence[object], report: Report) -> Report:
    """The report with a refusal for every parish that is none of the county's, and every area that lies
    outside the county or is larger than all of it.
    """
    meant = [each for each in records if isinstance(each, Resource)]
    codes = [code for each in meant for code in each.catchment.parishes]
    strange = areas.strange(connection, county, AreaKind.PARISH, codes) if codes else []
    found = [(each.id, words) for each in meant if (words := _wrong(connection, county, each, strange))]
    line = 1 if len(records) == 1 else None
    issues = tuple(
        Issue(
            report.source,
            line,
            "catchment",
            str(IssueKind.UNMATCHED),
            None,
            words if line else f"{ref}: {words}",
        )
        for ref, words in found
    )
    return dataclasses.replace(
        report,
        issues=report.issues + issues,
        loaded=report.loaded - len(issues),
        rejected=report.rejected + len(issues),
    )


def _wrong(connection: sa.Connection, county: int, resource: Resource, strange: Sequence[str]) -> str:
    if gone := [code for code in resource.catchment.parishes if code in strange]:
        return f"no parish of the county has the code {', '.join(gone[:5])}; expected codes of its parishes"
    drawn = resource.catchment.polygon
    return _drawn_wrong(connection, county, drawn) if drawn is not None else ""


def _drawn_wrong(connection: sa.Connection, county: int, drawn: shapely.Geometry) -> str:
    row = query.row(connection, "catchment_fits", county=county, shape=shapely.to_wkb(drawn))
    if row is None or row["touches"] is None:
        return ""
    if not row["touches"]:
        return "the area lies outside the county; draw it where you would go"
    if row["drawn"] > row["county"]:
        return "the area is larger than the whole county; leave it empty for anywhere"
    return ""
