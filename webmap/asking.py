"""The parameters that several addresses of the API share."""

from geomatch.db.pages import AREA_KINDS
from geomatch.model import AreaKind, Mode, ResourceKind
from webmap import parameters

COUNTY = parameters.text(
    "county", "Which county, where there are several; else the first by name.", longest=60
)
KIND = parameters.choice("kind", "Only of this kind of resource.", tuple(ResourceKind))
AREA_KIND = parameters.choice("kind", "The kind of area.", tuple(AreaKind)).required("parish")
WITHIN = parameters.text(
    "within",
    "Only in this area: its kind, a slash and its code, such as `parish/E04011198`.",
    longest=80,
    pattern="(" + "|".join(AREA_KINDS) + ")/.+",
)
MODE = parameters.choice("mode", "How one travels.", tuple(Mode)).default(Mode.CAR)
AT = parameters.point("at", "A place: longitude,latitude in degrees (WGS 84).").required("-2.72,52.6")
