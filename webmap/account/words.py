"""How moments, devices and roles are told."""

from datetime import datetime
from zoneinfo import ZoneInfo

import flask

ROLES = {"broker": "Broker", "ljc_member": "LJC member", "administrator": "Administrator"}

_LONDON = ZoneInfo("Europe/London")
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("Linux", "Linux"),
)


def attach(app: flask.Flask) -> None:
    """Make the words known to templates."""
    app.jinja_env.globals["ROLE_WORDS"] = ROLES
    app.jinja_env.filters.update(device=device, moment=moment, role_word=role_word)


def moment(value: datetime) -> str:
    """``3 December 2026, 19:05``, on the wall clock of Europe/London."""
    local = value.astimezone(_LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


def device(words: str) -> str:
    """What a browser said of itself, in a few words; it may say anything."""
    browser = next((name for sign, name in _BROWSERS if sign in words), "a browser")
    system = next((name for sign, name in _SYSTEMS if sign in words), "")
    return f"{browser} on {system}" if system else browser


def role_word(role: str) -> str:
    """A role as a person reads it."""
    return ROLES[role]
