"""Where the data comes from, how accessible this is, what we keep of readers, and whether we are well."""

import flask
import sqlalchemy as sa

from geomatch.db import migrate, pages
from geomatch.errors import InputError
from geomatch.privacy.retention import Retention
from geomatch.services import complaints, retaining
from geomatch.services.complaints import Complaint
from webmap import filters, gate, here, owed, security

blueprint = flask.Blueprint("about", __name__)


@blueprint.get("/about/data")
def data() -> flask.Response:
    """Every source with publisher, licence, vintage, counts and day."""
    rows = pages.imports(here.connection(), here.county().id)
    shown = here.page(
        "data.html", imports=rows, owed=owed.statements(rows), tiles=here.house().config.basemap_url
    )
    return security.public(flask.make_response(shown))


@blueprint.get("/accessibility")
def accessibility() -> flask.Response:
    """The accessibility statement."""
    return _statement("accessibility.html")


@blueprint.get("/privacy")
def privacy() -> flask.Response:
    """The privacy notice."""
    return _statement("privacy.html")


@blueprint.get("/privacy/complaint")
def complaint() -> str:
    """A form to complain of what is kept of people."""
    return _complaint({})


@blueprint.post("/privacy/complaint")
def complain() -> flask.typing.ResponseReturnValue:
    """Keep the complaint, and acknowledge it by letter."""
    given = {name: filters.once(flask.request.form, name) or "" for name in ("name", "email", "words")}
    try:
        made = Complaint(given["name"], given["email"].strip(), given["words"])
        with gate.door().begin() as connection:
            number = complaints.make(connection, here.county().id, made, here.now())
    except InputError as refused:
        return _complaint(given, wrong=str(refused)), 400
    here.house().post()
    return _complaint({}, number=number)


def _complaint(given: dict[str, str], *, wrong: str = "", number: int | None = None) -> str:
    kept = retaining.kept(here.county())
    return here.page("complaint.html", given=given, wrong=wrong, number=number, kept=kept)


@blueprint.get("/healthz")
def healthy() -> flask.Response:
    """The process lives."""
    return _plain("ok\n", 200)


@blueprint.get("/readyz")
def ready() -> tuple[flask.Response, int] | flask.Response:
    """Whether database, migrations and data are there: 200 when pages can be served, else 503."""
    told = {"database": False, "migrations": False, "counties": 0, "with_roads": 0}
    try:
        told["database"] = bool(here.connection().scalar(sa.text("select true")))
        told["migrations"] = migrate.current(here.connection()) == migrate.newest()
        told |= pages.ready(here.connection())
    except sa.exc.DBAPIError:
        flask.current_app.logger.warning("not ready: the database does not answer as it should")
    well = bool(told["database"] and told["migrations"] and told["counties"])
    answer = flask.jsonify({"ready": well, **told})
    answer.status_code = 200 if well else 503
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _statement(template: str) -> flask.Response:
    kept = retaining.kept(here.county()) if here.every_county() else Retention()
    told = here.page(template, contact=here.house().config.contact, kept=kept)
    return security.public(flask.make_response(told))


def _plain(text: str, status: int) -> flask.Response:
    answer = flask.make_response(text, status)
    answer.content_type = "text/plain; charset=utf-8"
    answer.headers["Cache-Control"] = "no-store"
    return answer
