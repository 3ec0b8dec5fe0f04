"""Where the public sees volunteers: a mask drawn once for each home, and anew only where it fits no more."""

import dataclasses
import math
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from geomatch import privacy
from geomatch.db import areas, homes, resources
from geomatch.db.homes import Home
from geomatch.model import Point, Resource, ResourceKind
from geomatch.privacy import Crowd, Masked

HUNDRED_METRES = 100.0
"""Side of the square whose middle stands for a home where no postcode is loaded."""


def settle(door: sa.Engine, secret: bytes) -> None:
    """Draw the masks that are missing anywhere, as after a new version of the program. For the owner."""
    with door.begin() as connection:
        for county_id in homes.waiting(connection):
            drawn = every(connection, county_id, secret)
            areas.place(connection, county_id, refs=sorted(drawn))


def every(connection: sa.Connection, county_id: int, secret: bytes) -> dict[str, Masked]:
    """Draw the masks of a county that are missing or fit no more, and show them. For the owner."""
    homes.locate(connection, county_id)
    known = homes.every(connection, county_id, who="masks")
    drawn = _Drawing(connection, county_id, secret).of(known)
    homes.show(connection, county_id, drawn)
    return drawn


def of_stated(
    connection: sa.Connection, county_id: int, values: Iterable[Resource], secret: bytes
) -> dict[str, Masked]:
    """The masks of volunteers whose homes are being stated; whoever states a home need not read one."""
    stated = [each for each in values if each.kind is ResourceKind.VOLUNTEER and each.point]
    before = resources.public_masks(connection, county_id, [each.id for each in stated])
    known = [Home(each.id, each.point, before.get(each.id)) for each in stated if each.point]
    drawn = _Drawing(connection, county_id, secret).of(known)
    return {home.ref: home.masked for home in known if home.masked} | drawn


def kept_place(each: Resource, middles: dict[str, Point]) -> Resource:
    """A volunteer with the place that is kept as the home: the postcode's middle unless it may be exact.

    ``middles`` are the middles of postcodes; where none is known the middle of a 100 m square is kept.
    """
    if each.kind is not ResourceKind.VOLUNTEER or each.exact_home:
        return each
    if each.postcode in middles:
        return dataclasses.replace(each, point=middles[each.postcode])
    if each.point is None:
        return each
    easting, northing = (
        math.floor(at / HUNDRED_METRES) * HUNDRED_METRES + HUNDRED_METRES / 2 for at in each.point
    )
    return dataclasses.replace(each, point=(easting, northing))


class _Drawing:
    def __init__(self, connection: sa.Connection, county_id: int, secret: bytes) -> None:
        self.connection, self.county_id, self.secret = connection, county_id, secret

    def of(self, known: Sequence[Home]) -> dict[str, Masked]:
        """Masks for the homes that have none, or one that does not fit."""
        if not known:
            return {}
        crowd = homes.crowd(self.connection, self.county_id)
        parishes = homes.parishes(self.connection, self.county_id, [home.point for home in known])
        told = {id(parish): _told(parish, crowd) for parish in parishes}
        drawn = {}
        for home, parish in zip(known, parishes, strict=True):
            among, within = told[id(parish)]
            if home.masked is None or not privacy.fits(home.masked, home.point, crowd=among, within=within):
                drawn[home.ref] = privacy.mask(home.point, home.ref, self.secret, crowd=among, within=within)
        return drawn


def _told(parish: BaseGeometry | None, crowd: Crowd) -> tuple[Crowd, BaseGeometry | None]:
    """Among whom a home is hidden, and the parish that may be told: one in which enough live, if known."""
    if parish is None or not crowd.known:
        return crowd, parish
    among = crowd.within(parish)
    return (among, parish) if among.known else (crowd, None)
