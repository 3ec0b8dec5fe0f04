"""Whether a catchment can be meant: parishes there are, or a drawn area in the county and no larger."""

import dataclasses
from collections.abc import Mapping, Sequence

import shapely
import sqlalchemy as sa

from geomatch.db import areas, query
from geomatch.importers.report import Issue, IssueKind, Report
from geomatch.model import AreaKind, Resource


def fitting(connection: sa.Connection, county: int, records: Sequence[object], report: Report) -> Report:
    """The report with a refusal for every parish that is none of the county's, and every area that lies
    outside the county or is larger than all of it.
    """
    strange = _strange(connection, county, records)
    meant = [each for each in records if isinstance(each, Resource)]
    found = {each.id: words for each in meant if (words := _wrong(connection, county, each, strange))}
    told = _told(report, found, line=1 if len(records) == 1 else None)
    lost = len(found)
    return dataclasses.replace(told, loaded=told.loaded - lost, rejected=told.rejected + lost)


def noted(connection: sa.Connection, county: int, records: Sequence[object], report: Report) -> Report:
    """The same report of a file, where parishes that are none of the county's are told and the rows kept:
    what lies beyond the border may be in a file, and parishes may be loaded for a part of the county.
    """
    strange = _strange(connection, county, records)
    meant = [each for each in records if isinstance(each, Resource)]
    return _told(report, {each.id: words for each in meant if (words := _gone(each, strange))}, line=None)


def _strange(connection: sa.Connection, county: int, records: Sequence[object]) -> Sequence[str]:
    codes = [code for each in records if isinstance(each, Resource) for code in each.catchment.parishes]
    return areas.strange(connection, county, AreaKind.PARISH, codes) if codes else []


def _told(report: Report, found: Mapping[str, str], *, line: int | None) -> Report:
    kind = str(IssueKind.UNMATCHED)
    issues = tuple(
        Issue(report.source, line, "catchment", kind, None, words if line else f"{ref}: {words}")
        for ref, words in found.items()
    )
    return dataclasses.replace(report, issues=report.issues + issues)


def _gone(resource: Resource, strange: Sequence[str]) -> str:
    gone = [code for code in resource.catchment.parishes if code in strange]
    words = "no parish of the county has the code {}; expected codes of its parishes"
    return words.format(", ".join(gone[:5])) if gone else ""


def _wrong(connection: sa.Connection, county: int, resource: Resource, strange: Sequence[str]) -> str:
    drawn = resource.catchment.polygon
    return _gone(resource, strange) or (_drawn_wrong(connection, county, drawn) if drawn is not None else "")


def _drawn_wrong(connection: sa.Connection, county: int, drawn: shapely.Geometry) -> str:
    row = query.row(connection, "catchment_fits", county=county, shape=shapely.to_wkb(drawn))
    if row is None or row["touches"] is None:
        return ""
    if not row["touches"]:
        return "the area lies outside the county; draw it where you would go"
    if row["drawn"] > row["county"]:
        return "the area is larger than the whole county; leave it empty for anywhere"
    return ""
