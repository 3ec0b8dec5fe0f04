"""National files are clipped to the county and a border round it, and what falls away is counted."""

import dataclasses
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geomatch.importers.names import PlaceNames
from geomatch.importers.population import Population
from geomatch.importers.postcodes import Postcodes
from geomatch.importers.report import Issue, IssueKind, Report
from geomatch.importers.uprns import Uprns

BORDER_METRES = 15_000.0
"""How far past the border things are kept: half an hour's drive, as far as anybody is sent."""


def clip(values: Any, report: Report, outline: BaseGeometry | None) -> tuple[Any, Report]:
    """The values within the border of the outline, and the report with the others rejected in one issue.

    Records without a point are kept. Without an outline everything is.
    """
    if outline is None:
        return values, report
    near = _near(_points(values), outline)
    left_out = int((~near).sum())
    if not left_out:
        return values, report
    kilometres = f"{BORDER_METRES / 1000:.0f} km"
    message = f"{left_out:,} lie more than {kilometres} outside the county and were left out"
    issue = Issue(report.source, None, None, str(IssueKind.OUTSIDE), str(left_out), message)
    counted = dataclasses.replace(
        report,
        loaded=report.loaded - left_out,
        rejected=report.rejected + left_out,
        issues=(*report.issues, issue),
    )
    return _take(values, near), counted


def _points(values: Any) -> NDArray[np.float64]:
    if isinstance(values, Postcodes | PlaceNames | Population | Uprns):
        return np.column_stack((values.easting, values.northing))
    return np.array([each.point or (np.nan, np.nan) for each in values], dtype=np.float64).reshape(-1, 2)


def _near(points: NDArray[np.float64], outline: shapely.Geometry) -> NDArray[np.bool_]:
    border = shapely.buffer(shapely.simplify(outline, 50.0), BORDER_METRES)
    shapely.prepare(border)
    return np.isnan(points[:, 0]) | shapely.contains_xy(border, points[:, 0], points[:, 1])


def _take(values: Any, rows: NDArray[np.bool_]) -> Any:
    if not isinstance(values, Postcodes | PlaceNames | Population | Uprns):
        return [each for each, kept in zip(values, rows, strict=True) if kept]
    columns: dict[str, Any] = {
        field.name: getattr(values, field.name) for field in dataclasses.fields(values)
    }
    kept: dict[str, Any] = {name: _some(column, rows) for name, column in columns.items()}
    return type(values)(**kept)


def _some(column: Any, rows: NDArray[np.bool_]) -> Any:
    if isinstance(column, np.ndarray):
        return column[rows]
    return [value for value, kept in zip(column, rows, strict=True) if kept]
