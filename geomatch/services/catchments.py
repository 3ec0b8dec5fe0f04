"""Whether a drawn area can be meant: on the ground of the county, and no larger than it."""

import dataclasses
from collections.abc import Sequence

import shapely
import sqlalchemy as sa

from geomatch.db import query
from geomatch.importers.report import Issue, IssueKind, Report
from geomatch.model import Resource


def fitting(connection: sa.Connection, county: int, records: Sequence[object], report: Report) -> Report:
    """The report with a refusal for every area that lies outside the county, or is larger than all of it."""
    found = [
        (each.id, words)
        for each in records
        if isinstance(each, Resource) and (words := _wrong(connection, county, each))
    ]
    line = 1 if len(records) == 1 else None
    issues = tuple(
        Issue(report.source, line, "catchment", str(IssueKind.UNMATCHED), None, f"{ref}: {words}")
        for ref, words in found
    )
    return dataclasses.replace(
        report,
        issues=report.issues + issues,
        loaded=report.loaded - len(issues),
        rejected=report.rejected + len(issues),
    )


def _wrong(connection: sa.Connection, county: int, resource: Resource) -> str:
    drawn = resource.catchment.polygon
    if drawn is None:
        return ""
    row = query.row(connection, "catchment_fits", county=county, shape=shapely.to_wkb(drawn))
    if row is None or row["touches"] is None:
        return ""
    if not row["touches"]:
        return "the area lies outside the county; draw it where you would go"
    if row["drawn"] > row["county"]:
        return "the area is larger than the whole county; leave it empty for anywhere"
    return ""
