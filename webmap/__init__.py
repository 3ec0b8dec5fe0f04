"""The map and the pages: Flask faces over the engine."""

import flask
import sqlalchemy as sa

from webmap import (
    about,
    api,
    assets,
    errors,
    examples,
    feeds,
    here,
    layers,
    maps,
    pictures,
    public,
    security,
    why,
    words,
)
from webmap.config import WebConfig
from webmap.memory import Memory

__all__ = ["WebConfig", "create_app", "every_kind_of_page"]


def every_kind_of_page(app: flask.Flask) -> list[str]:
    """An address of every kind of page and of every endpoint, with whatever the database holds to show."""
    return examples.addresses(app)


def create_app(engine: sa.Engine, *, config: WebConfig | None = None) -> flask.Flask:
    """The whole site over one database. Nothing is read from the environment."""
    maps.install()
    app = flask.Flask("webmap", static_folder=None)
    app.extensions["geomatch"] = here.House(engine=engine, config=config or WebConfig(), memory=Memory())
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for room in (assets, public, pictures, api, layers, feeds, about):
        app.register_blueprint(room.blueprint)
    for room in (here, errors, words, why, assets, security):
        room.attach(app)
    return app
