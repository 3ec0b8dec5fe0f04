"""The matching round: made for all open needs, looked at line by line."""

from typing import Any

import flask
from werkzeug.wrappers import Response

from geomatch.errors import GeomatchError, UnavailableError
from geomatch.services import matching, rounds
from geomatch.services.matching import Asked
from geomatch.services.rounds import Line
from webmap import filters, here
from webmap.desk import door
from webmap.desk.choice import Choice
from webmap.desk.door import blueprint
from webmap.errors import ParameterError

SHOWN = 25
SHOW = ("todo", "all")


@blueprint.get("/round")
def round_() -> str:
    """The newest round, those lines first that nobody has looked at."""
    found = rounds.latest(door.connection(), here.county().id, door.by())
    show = filters.one_of(flask.request.args, "show", SHOW) or "todo"
    lines = found.lines if found else ()
    todo = [line for line in lines if not line.decision and not line.need["in_hand"]]
    listed = list(lines) if show == "all" else todo
    page = filters.whole(flask.request.args, "page", default=1, most=10_000, least=1)
    return here.page(
        "desk/round.html",
        edit=_edit,
        found=found,
        lines=listed[(page - 1) * SHOWN : page * SHOWN],
        page=page,
        pages=max(1, -(-len(listed) // SHOWN)),
        show=show,
        todo=len(todo),
    )


@blueprint.post("/round")
def make_round() -> Response:
    """Match all open needs anew."""
    engine = here.house().matcher
    if engine is None:
        raise UnavailableError("These pages cannot match; type: geomatch match")
    told = matching.match(engine, Asked(here.county().slug, door.moment().today, account=door.by().account))
    words = f"A new round: {told['served']} needs matched, {len(told['unmatched'])} not."
    return door.done(words, flask.url_for("desk.round_"))


@blueprint.post("/round/<int:run>")
def decide(run: int) -> Response:
    """Accept the lines that are ticked, or reject one with a reason."""
    given = flask.request.form
    back = flask.url_for("desk.round_")
    rejected = filters.once(given, "reject")
    if rejected:
        reason = (given.get(f"reason-{rejected}") or "")[:500]
        rounds.reject(door.engine(), door.office(), run, rejected, reason, door.by())
        return door.done("Rejected, with your reason.", back)
    ticked = list(dict.fromkeys(given.getlist("accept")))
    if not 1 <= len(ticked) <= SHOWN:
        raise ParameterError("accept", f"1 to {SHOWN} lines ticked", str(len(ticked)))
    found = rounds.latest(door.connection(), here.county().id, door.by())
    lines = {line.need["need"] for line in found.lines} if found else set()
    if strange := [need for need in ticked if need not in lines]:
        raise ParameterError("accept", "needs that were matched in this round", strange[0])
    refused = []
    for need in ticked:
        try:
            rounds.accept(door.engine(), door.office(), run, need, door.by())
        except GeomatchError as why:
            refused.append(str(why))
    words = (
        f"{len(ticked) - len(refused)} of {len(ticked)} proposed; everybody with an e-mail address is asked."
    )
    return door.done(" ".join([words, *refused]), back)


def _edit(line: Line) -> dict[str, Any]:
    """The line's own choice as parameters of the need's page."""
    picks: dict[str, tuple[str, ...]] = {}
    for row in line.rows:
        picks[row["role"]] = (*picks.get(row["role"], ()), row["ref"])
    return Choice(picks, line.timed).address()
