"""Complaints at the desk: what waits, and the answer that goes by letter."""

import flask
from werkzeug.wrappers import Response

from geomatch.services import complaints
from webmap import filters, here
from webmap.desk import door
from webmap.desk.door import blueprint


@blueprint.get("/complaints")
def complaints_waiting() -> str:
    """What waits for an answer, the longest waiting first."""
    rows = complaints.waiting(door.connection(), here.county().id)
    return here.page("desk/complaints.html", rows=rows)


@blueprint.post("/complaints/<int:number>")
def answer_complaint(number: int) -> Response:
    """Answer one by letter and close it."""
    words = filters.once(flask.request.form, "answer") or ""
    with door.writing() as connection:
        complaints.answer(connection, here.county().id, number, words, (door.actor(), here.now()))
    return door.done("The answer is on its way.", flask.url_for("desk.complaints_waiting"))
