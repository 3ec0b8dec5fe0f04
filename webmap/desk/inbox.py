"""What waits: needs nobody has met yet, the most urgent and longest waiting first."""

from webmap import here
from webmap.desk.door import blueprint


@blueprint.get("/")
def index() -> str:
    """The inbox."""
    return here.page("desk/inbox.html")
