"""What is within so many minutes of the place that a reader looks at."""

from functools import partial

from geomatch import crs
from geomatch.errors import InputError, UnknownPlaceError
from geomatch.services import around, finding
from geomatch.services.around import Around, Asked
from webmap import here
from webmap.errors import UnreadableError
from webmap.filters import Filters


def around_it(asked: Filters) -> Around | None:
    """What is within reach, or None where no minutes are asked for or no place is chosen.

    Raises UnreadableError for a place from which no road leads.
    """
    point = _point(asked) if asked.minutes else None
    if asked.minutes is None or point is None:
        return None
    question = Asked(point, asked.minutes, asked.mode)
    try:
        return here.remembered("around", partial(_around, question), question)
    except UnknownPlaceError:
        raise
    except InputError as refused:
        raise UnreadableError("minutes", str(refused)) from refused


def _around(question: Asked) -> Around:
    connection, county = here.connection(), here.county().id
    return around.around(
        connection,
        county,
        question,
        kept=lambda make: here.remembered("records", make, question.mode),
    )


def _point(asked: Filters) -> tuple[float, float] | None:
    if asked.spot is None and asked.place:
        try:
            best = finding.locate(here.connection(), here.county(), asked.place).best
        except InputError:
            return None
        return best.point if best else None
    if asked.spot is None:
        return None
    easting, northing = crs.from_lonlat(*asked.spot)
    return float(easting), float(northing)
