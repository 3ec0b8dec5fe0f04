"""The way to an LJC's own page: who may see it, and which page of which quarter is meant."""

from collections.abc import Sequence
from datetime import date

import flask

from geomatch.db import quarters
from geomatch.db.quarters import Kept
from geomatch.errors import ForbiddenError, InputError, UnknownPlaceError
from geomatch.times import Quarter
from webmap import gate, here
from webmap.desk import door
from webmap.errors import ParameterError, with_ways_on
from webmap.ljc.told import Page

blueprint = flask.Blueprint("ljc", __name__, url_prefix="/ljc")


@blueprint.after_request
def _keep_nothing(answer: flask.Response) -> flask.Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def require(code: str) -> None:
    """Raises ForbiddenError where this request may not see the page of an LJC."""
    if not gate.may_see_ljc(code):
        raise with_ways_on(
            ForbiddenError(
                "This page is for members of the LJC; what everybody may see is on its public page."
            ),
            [("Its public page", flask.url_for("public.area", kind="ljc", code=code))],
        )


def every() -> list[Kept]:
    """Quarters that are kept, the newest first."""
    return quarters.every(door.connection(), here.county().id)


def page(code: str, quarter: str | None) -> Page:
    """The page of an LJC in a quarter, the newest where none is said.

    Raises ParameterError for what is no quarter and UnknownPlaceError for one that is not kept, or for an
    LJC that was not among its LJCs; each says where to go on.
    """
    require(code)
    kept = every()
    chosen = _chosen(code, kept, quarter)
    connection = door.connection()
    document = quarters.document(connection, chosen.id, code)
    if document is None:
        told = f"there is no LJC {code!r} in {chosen.quarter} in this county"
        raise with_ways_on(UnknownPlaceError(told), [("All LJCs", flask.url_for("public.areas", kind="ljc"))])
    return Page(
        document=document,
        quarter=chosen.quarter,
        as_of=chosen.as_of,
        illustrative=chosen.illustrative,
        over=chosen.quarter.last < today(),
        before=_figures(kept, chosen.quarter.before(1), code),
        year=_figures(kept, chosen.quarter.before(4), code),
    )


def number(page_: Page) -> int:
    """The snapshot that a page comes from."""
    return next(each.id for each in every() if each.quarter == page_.quarter)


def today() -> date:
    """The day on the wall clock."""
    return here.today()


def _chosen(code: str, kept: Sequence[Kept], quarter: str | None) -> Kept:
    if not kept:
        raise with_ways_on(
            UnknownPlaceError("no quarter is kept yet; type: geomatch snapshot"),
            [("The public page of this LJC", flask.url_for("public.area", kind="ljc", code=code))],
        )
    if quarter is None:
        return kept[0]
    ways = [
        (f"The page of {each.quarter}", flask.url_for("ljc.quarter", slug=code, quarter=str(each.quarter)))
        for each in kept[:6]
    ]
    try:
        wanted = Quarter.read(quarter)
    except InputError:
        wrong = ParameterError("quarter", "a year and one of q1 to q4, such as 2026-q3", quarter)
        raise with_ways_on(wrong, ways) from None
    for each in kept:
        if each.quarter == wanted:
            return each
    raise with_ways_on(UnknownPlaceError(f"nothing is kept of the quarter {wanted}"), ways)


def _figures(kept: Sequence[Kept], quarter: Quarter, code: str) -> dict[str, float] | None:
    for each in kept:
        if each.quarter == quarter:
            found = quarters.document(door.connection(), each.id, code)
            return None if found is None else dict(found["figures"])
    return None
