"""``/api/v1/ljc``: what the page of an LJC says of a quarter, for programs of its members."""

import flask

from webmap import asking, formats, parameters
from webmap.described import asked, described
from webmap.ljc import files, rooms
from webmap.schemas import TEXT

blueprint = flask.Blueprint("ljc_api", __name__, url_prefix="/api/v1")

_QUARTER = parameters.text(
    "quarter", "Which quarter; the newest that is kept if not said.", longest=7, pattern="[0-9]{4}-q[1-4]"
)


@blueprint.get("/ljc/<slug>")
@described(
    "What an LJC's page says of a quarter",
    *(asking.COUNTY, _QUARTER),
    answers={formats.JSON: {"type": "object", "properties": {"code": TEXT}, "required": ["code", "figures"]}},
    refusals=(401, 403),
)
def ljc(slug: str) -> flask.Response:
    """Figures, wards, parishes, unmet needs with their reasons, gains, changes, targets and stories."""
    wanted = asked()
    page = rooms.page(slug, wanted[_QUARTER])
    answer = formats.reply(formats.dumped(files.document(page)), formats.JSON)
    answer.headers["Cache-Control"] = "no-store"
    return answer
