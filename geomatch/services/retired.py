"""Refs that went in merges: a file that brings them again brings no duplicate back."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from geomatch.db import merging
from geomatch.importers.report import Issue, IssueKind, Report
from geomatch.model import Need, Organisation, Resource


def grouped(connection: sa.Connection, county: int, values: Sequence[Any]) -> list[Any]:
    """The same records, each of the group that answers to the ref it states."""
    now = merging.refs(connection, county, "organisation")
    return [
        dataclasses.replace(each, organisation=now[each.organisation])
        if isinstance(each, Need | Resource) and each.organisation in now
        else each
        for each in values
    ]


def left_out(
    connection: sa.Connection, county: int, values: Sequence[Any], report: Report
) -> tuple[list[Any], Report]:
    """Without records that went in a merge, and those they went into: these stay as the broker left them.

    Each is told in the report and counts as rejected.
    """
    gone = {
        Organisation: merging.refs(connection, county, "organisation"),
        Resource: merging.refs(connection, county, "resource"),
    }
    issues: list[Issue] = []
    kept: list[Any] = []
    for each in values:
        now = gone.get(type(each), {})
        if each.id in now:
            issues.append(went(each.id, now[each.id], report.source))
        elif each.id in now.values():
            issues.append(_stays(each.id, report.source))
        else:
            kept.append(each)
    told = dataclasses.replace(
        report,
        loaded=report.loaded - len(issues),
        rejected=report.rejected + len(issues),
        issues=report.issues + tuple(issues),
    )
    return kept, told


def went(ref: str, now: str, source: str) -> Issue:
    """What is said of a record that went."""
    words = f"{ref} was merged into {now} at the desk, and is left out"
    return Issue(source, None, "id", str(IssueKind.MERGED), ref, words)


def _stays(ref: str, source: str) -> Issue:
    words = f"{ref} was made of two records at the desk, and is left as it was chosen there; change it there"
    return Issue(source, None, "id", str(IssueKind.MERGED), ref, words)
