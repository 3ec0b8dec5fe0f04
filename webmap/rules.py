"""Who may come to which address. Every address stands here; one that does not is closed to everybody.

A test makes the table of every address by every role from the application's own routes and holds it to this.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Rule(StrEnum):
    """Whom an address is for."""

    ANYBODY = "anybody"
    """No account is asked for."""
    LINK = "whoever holds the link"
    """The link in a letter is what opens it."""
    HALF_WAY = "whoever has taken the first step of signing in"
    SIGNED_IN = "whoever is signed in"
    MEMBER = "members of this area, brokers and administrators"
    BROKER = "brokers of this county"
    PROGRAM = "programs with a broker's token, and brokers"
    ADMINISTRATOR = "administrators"


def _each(blueprint: str, rule: Rule, *names: str) -> dict[str, Rule]:
    return {f"{blueprint}.{name}": rule for name in names}


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        **_each("about", Rule.ANYBODY, "accessibility", "data", "healthy", "privacy", "ready"),
        **_each("about", Rule.ANYBODY, "complaint", "complain"),
        **_each("api", Rule.ANYBODY, "areas", "aspirations", "isochrone", "locate", "needs", "resources"),
        **_each("assets", Rule.ANYBODY, "leaflets", "ours"),
        **_each("basemap", Rule.ANYBODY, "tile"),
        **_each("coverage_api", Rule.ANYBODY, "coverage"),
        **_each("feeds", Rule.ANYBODY, "resource"),
        **_each("find", Rule.ANYBODY, "index", "picture"),
        **_each("layers", Rule.ANYBODY, "background", "items", "lanes", "names", "points"),
        **_each("openapi", Rule.ANYBODY, "page", "told"),
        **_each("overlays", Rule.ANYBODY, "reach", "shaded", "where"),
        **_each("pictures", Rule.ANYBODY, "area", "county", "need", "resource"),
        **_each("places", Rule.ANYBODY, "choices"),
        **_each("ljc_api", Rule.MEMBER, "ljc"),
        **_each("public", Rule.ANYBODY, "area", "areas", "index", "need", "resource", "shown"),
        **_each("search_api", Rule.ANYBODY, "near"),
        **_each("answer", Rule.LINK, "ask", "take"),
        **_each("still", Rule.LINK, "ask", "take"),
        **_each("feeds", Rule.LINK, "broker"),
        **_each("desk_api", Rule.PROGRAM, "needs", "resources"),
        **_each("account", Rule.ANYBODY, "sign_in", "come_in", "sign_out"),
        **_each("account", Rule.LINK, "link", "use_link"),
        **_each("account", Rule.HALF_WAY, "second", "give_second", "set_up", "keep_second"),
        **_each("account", Rule.SIGNED_IN, "index", "save", "end_session", "end_others", "new_codes"),
        **_each("account", Rule.BROKER, "make_token", "end_token"),
        **_each("posts", Rule.SIGNED_IN, "index", "new", "edit", "withdraw", "still_true", "count"),
        **_each("posts", Rule.SIGNED_IN, "groups", "ask_to_join", "take_in", "turn_down", "leave"),
    }
)
"""By endpoint. What is for anybody is stated one by one."""

ROOMS: Mapping[str, Rule] = MappingProxyType(
    {"admin": Rule.ADMINISTRATOR, "rights": Rule.ADMINISTRATOR, "desk": Rule.BROKER, "ljc": Rule.MEMBER}
)
"""By blueprint: rooms that are closed as a whole, to whoever is not named here."""


def rule(endpoint: str) -> Rule | None:
    """Who may come to an address, by its endpoint; ``None`` where nobody said."""
    return RULES.get(endpoint) or ROOMS.get(endpoint.rpartition(".")[0])
