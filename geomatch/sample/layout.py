"""The files of the sample county: their names, their columns, and the TOML file that names them."""

from geomatch.model import AreaKind

NOTICE = "illustrative boundaries and roads; load the official ones with `geomatch county load`"
"""Said wherever the sample county is shown."""

FILES = {AreaKind.PARISH: "parishes.geojson", AreaKind.DIVISION: "divisions.geojson"}
"""The drawn boundaries, in ``data/boundaries`` and beside the county's TOML file."""

COLUMNS = {
    "output_areas.csv": ("oa21cd", "lsoa21cd", "lon", "lat"),
    "census.csv": ("lsoa21_code", "lsoa21_name", "age_group", "usual_residents"),
    "postcodes.csv": (
        "postcode",
        "positional_quality_indicator",
        "eastings",
        "northings",
        "admin_district_code",
        "admin_ward_code",
    ),
    "names.csv": (
        "ID",
        "NAME1",
        "NAME2",
        "TYPE",
        "LOCAL_TYPE",
        "GEOMETRY_X",
        "GEOMETRY_Y",
        "POSTCODE_DISTRICT",
        "POPULATED_PLACE",
        "DISTRICT_BOROUGH",
        "COUNTY_UNITARY",
    ),
    "organisations.csv": (
        "id",
        "name",
        "description",
        "sector",
        "themes",
        "small",
        "postcode",
        "easting",
        "northing",
        "url",
        "email",
        "telephone",
    ),
    "resources.csv": (
        "id",
        "organisation",
        "kind",
        "subkind",
        "name",
        "description",
        "postcode",
        "easting",
        "northing",
        "quantity",
        "travels",
        "mode",
        "max_minutes",
        "catchment",
        "features",
        "openings",
        "verified_until",
        "dbs_level",
        "dbs_issued",
        "dbs_seen",
        "dbs_seen_by",
    ),
    "needs.csv": (
        "id",
        "organisation",
        "title",
        "description",
        "parish",
        "postcode",
        "easting",
        "northing",
        "weight",
        "all_or_nothing",
        "asked",
        "closes",
        "mode",
        "max_minutes",
        "windows",
        "aspiration",
        "role",
        "kind",
        "subkind",
        "substitutes",
        "quantity",
        "minimum",
        "role_max_minutes",
        "features",
        "contact",
        "contact_days",
        "overnight",
        "personal_care",
        "supervised",
        "dbs_level",
        "carries",
    ),
    "ljc.csv": (
        "parish_code",
        "division_code",
        "ljc_name",
        "valid_from",
        "valid_to",
        "zone",
        "confidence",
        "source",
    ),
}
"""Columns of each CSV file, as its publisher or our template has them."""

_NAMED_DAYS = (
    ("term-time", "2026-09-03", "2026-10-23"),
    ("term-time", "2026-11-02", "2026-12-18"),
    ("term-time", "2027-01-04", "2027-02-12"),
    ("term-time", "2027-02-22", "2027-03-25"),
    ("term-time", "2027-04-12", "2027-05-28"),
    ("term-time", "2027-06-07", "2027-07-21"),
    ("bank-holidays", "2026-12-25", "2026-12-25"),
    ("bank-holidays", "2026-12-28", "2026-12-28"),
    ("bank-holidays", "2027-01-01", "2027-01-01"),
    ("bank-holidays", "2027-03-26", "2027-03-26"),
    ("bank-holidays", "2027-03-29", "2027-03-29"),
    ("bank-holidays", "2027-05-03", "2027-05-03"),
    ("bank-holidays", "2027-05-31", "2027-05-31"),
    ("bank-holidays", "2027-08-30", "2027-08-30"),
)
_DATES = "".join(
    f'[[dates]]\nname = "{name}"\nfrom = {first}\nto = {last}\n\n' for name, first, last in _NAMED_DAYS
)

TOML = f"""\
# The sample county: Shropshire by name and place, {NOTICE}.

[county]
name = "Shropshire (sample)"
slug = "shropshire-sample"
gss = "E06000051"
illustrative = true
notice = "{NOTICE}"

[[boundaries]]
kind = "parish"
file = "{FILES[AreaKind.PARISH]}"
vintage = 2019-12-31
source = "drawn for geomatch; names and codes from the Office for National Statistics"
licence = "MIT; names and codes OGL-UK-3.0"

[[boundaries]]
kind = "division"
file = "{FILES[AreaKind.DIVISION]}"
vintage = 2019-12-31
source = "drawn for geomatch; names and codes from the Office for National Statistics"
licence = "MIT; names and codes OGL-UK-3.0"

[[groups]]
kind = "ljc"
file = "ljc.csv"
parish = "parish_code"
division = "division_code"
group = "ljc_name"
valid_from = "valid_from"
valid_to = "valid_to"
source = "public minutes and notices of Shropshire's Local Joint Committees, 2009 to 2017"

[roads]
file = "roads.osm.pbf"
source = "drawn for geomatch"
licence = "MIT"

# Terms made up for geomatch; bank holidays of England by law and proclamation.
{_DATES}
[[gazetteer]]
format = "os-open-names"
file = "names.csv"
source = "drawn for geomatch"
licence = "MIT"

[[gazetteer]]
format = "code-point-open"
file = "postcodes.csv"
source = "made up for geomatch"
licence = "MIT"

[population]
points = "output_areas.csv"
residents = "census.csv"
join = "lsoa21cd"
source = "made up for geomatch; the total is that of Census 2021"
licence = "MIT"

[[organisations]]
file = "organisations.csv"
source = "made up for geomatch"
licence = "MIT"

[[resources]]
file = "resources.csv"
source = "made up for geomatch"
licence = "MIT"
start = 2026-09-07

[[needs]]
file = "needs.csv"
source = "made up for geomatch"
licence = "MIT"
"""
