"""The map and the pages: Flask faces over the engine."""

from collections.abc import Callable

import flask
import sqlalchemy as sa

from webmap import (
    about,
    answer,
    api,
    areas,
    assets,
    basemap,
    coverage_api,
    errors,
    examples,
    feeds,
    find,
    forms,
    gate,
    here,
    layers,
    limits,
    maps,
    noted,
    openapi,
    overlays,
    pictures,
    places,
    search_api,
    security,
    still,
    why,
    words,
)
from webmap.account import blueprint as account_blueprint
from webmap.account import words as account_words
from webmap.admin import blueprint as admin_blueprint
from webmap.config import WebConfig
from webmap.desk import blueprint as desk_blueprint
from webmap.desk import intake_api
from webmap.keeper import Keeper
from webmap.ljc import api as ljc_api
from webmap.ljc import blueprint as ljc_blueprint
from webmap.memory import Memory
from webmap.posts import blueprint as posts_blueprint
from webmap.rights import blueprint as rights_blueprint

__all__ = ["WebConfig", "create_app", "every_kind_of_page"]


def every_kind_of_page(app: flask.Flask) -> list[str]:
    """An address of every kind of page and of every endpoint, with whatever the database holds to show."""
    return examples.addresses(app)


def create_app(
    engine: sa.Engine,
    *,
    config: WebConfig | None = None,
    desk: sa.Engine | None = None,
    matcher: sa.Engine | None = None,
    post: Callable[[], None] = lambda: None,
) -> flask.Flask:
    """The whole site over one database. Nothing is read from the environment.

    ``engine`` reads as the public application, ``desk`` writes for whoever is signed in; without it nobody
    signs in. ``matcher`` is the owner's, for rounds and people's rights alone. ``post`` is called
    when letters were written.
    """
    maps.install()
    config = config or WebConfig()
    app = flask.Flask("webmap", static_folder=None)
    memory = Memory()
    keeper = Keeper(memory, config.fresh_seconds) if config.keeps else None
    app.extensions["geomatch"] = here.House(engine, config, memory, desk, post, matcher, keeper)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _open_rooms(app)
    limits.attach(app, config)
    app.register_blueprint(intake_api.blueprint)
    for room in (here, errors, words, why, assets, places, find, security, gate, noted, account_words):
        room.attach(app)
    forms.attach(app, config)
    intake_api.attach(app)
    if keeper is not None:
        keeper.start(app, engine, config.site)
    return app


def _open_rooms(app: flask.Flask) -> None:
    for room in (
        assets,
        basemap,
        areas,
        places,
        find,
        pictures,
        api,
        coverage_api,
        search_api,
        layers,
        overlays,
        openapi,
        feeds,
        about,
    ):
        app.register_blueprint(room.blueprint)
    app.register_blueprint(answer.blueprint)
    app.register_blueprint(still.blueprint)
    for blueprint in (
        desk_blueprint,
        ljc_blueprint,
        ljc_api.blueprint,
        account_blueprint,
        admin_blueprint,
        rights_blueprint,
        posts_blueprint,
    ):
        app.register_blueprint(blueprint)
