"""The page behind the link in a letter: yes or no, without a login, once."""

import flask
import sqlalchemy as sa

from geomatch.errors import UnavailableError
from geomatch.services import answers
from geomatch.services.answers import Said
from geomatch.services.booking import By
from geomatch.services.telling import ANSWER
from webmap import filters, here
from webmap.errors import ParameterError

blueprint = flask.Blueprint("answer", __name__, url_prefix="/answer")


@blueprint.before_request
def _only_what_one_can_read() -> None:
    filters.readable(flask.request.form)


@blueprint.get("/<token>")
def ask(token: str) -> str:
    """What is asked."""
    with _desk().connect() as connection:
        asked = answers.question(connection, token, _by())
    return here.page("answer.html", asked=asked, after=asked.purpose != ANSWER, done=None)


@blueprint.post("/<token>")
def take(token: str) -> str:
    """The answer, and what happens next."""
    given = flask.request.form
    said = filters.one_of(given, "answer", (answers.YES, answers.NO))
    if said is None:
        raise ParameterError("answer", "yes or no", None)
    words = Said(said, "link", (given.get("reason") or "")[:500])
    told = answers.by_link(_desk(), here.house().config.site, token, words, _by())
    here.house().post()
    return here.page("answer.html", asked=None, after=False, done=told)


def _desk() -> sa.Engine:
    engine = here.house().desk
    if engine is None:
        raise UnavailableError("Answers cannot be taken here just now. Please try again later.")
    return engine


def _by() -> By:
    return By("whoever was asked", here.now())
