"""The page of a quarter as a tagged PDF (PDF/UA-1), by WeasyPrint; it asks nobody for anything.

WeasyPrint needs Pango, which is Debian's. Where it is missing, the page says so and prints by its own style.
"""

from functools import cache
from importlib import resources
from typing import Any

import flask

from geomatch.errors import UnavailableError
from webmap import here
from webmap.ljc import picture, told
from webmap.ljc.told import Page

MISSING = (
    "this machine has no Pango, which PDFs are made with; print the page itself, or install it: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
)


@cache
def possible() -> bool:
    """Whether PDFs can be made here."""
    try:
        import weasyprint  # noqa: F401 - to see whether its libraries are there
    except OSError:
        return False
    return True


def printed(page: Page) -> bytes:
    """The PDF. Raises UnavailableError where Pango is missing."""
    if not possible():
        raise UnavailableError(MISSING)
    import weasyprint

    drawn = picture.of(page)
    shown = flask.render_template(
        "ljc/print.html",
        county=here.county(),
        page=page,
        map=drawn,
        sheet=_sheet(),
        number=told.number,
        percent=told.percent,
        address=flask.url_for("ljc.quarter", slug=page.document["code"], quarter=str(page.quarter)),
        site=here.house().config.site.rstrip("/"),
    )
    made = weasyprint.HTML(string=shown, base_url=None, url_fetcher=_nobody)
    return bytes(made.write_pdf(pdf_variant="pdf/ua-1", full_fonts=False))


@cache
def _sheet() -> str:
    return resources.files("webmap").joinpath("static", "ljc-print.css").read_text("utf-8")


def _nobody(url: str, *_: Any, **__: Any) -> Any:
    """Nothing is fetched, whatever a text may hold."""
    raise ValueError(f"{url}: a PDF asks nobody for anything")
