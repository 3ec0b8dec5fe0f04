"""How many people help where, for everybody: each page and each answer takes its figure from here."""

from geomatch.privacy import Audience
from geomatch.services import helpers
from geomatch.services.helpers import Helpers
from webmap import here


def told() -> Helpers:
    """The public's figures of the chosen county, made once for all its pages."""

    def make() -> Helpers:
        secret = here.house().config.secret.encode()
        return helpers.told(here.connection(), here.county().id, here.today(), Audience.PUBLIC, secret)

    return here.remembered("helpers", make)
