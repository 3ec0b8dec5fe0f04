"""People who post for themselves in the small county, each in a browser of their own."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext

from geomatch.db import accounts, sessions
from geomatch.db.accounts import Held


class Hall:
    """A small county where people post, each in a browser of their own."""

    def __init__(self, site: Any, app: Any) -> None:
        self.owner, self.app = site.owner, app
        self.people: dict[str, Any] = {}
        self.tokens: dict[str, str] = {}

    def come(self, name: str, *roles: str) -> Any:
        if name not in self.people:
            now = datetime.now(UTC)
            with self.owner.begin() as connection:
                number = accounts.add(connection, f"{name}@vale.example")
                for role in roles:
                    accounts.give_role(connection, number, Held(role))
                until = now + timedelta(hours=1)
                token = sessions.start(connection, number, now=now, until=until, device="x")
                row = sessions.found(connection, token, now)
                assert row is not None
                sessions.second_given(connection, row["id"], now)
            self.people[name], self.tokens[name] = self.app.test_client(), token
            self.people[name].set_cookie("geomatch-in", token)
        return self.people[name]

    def window(self, browser: Browser, address: str, who: str, **how: Any) -> BrowserContext:
        """Somebody's own window of a browser, already come in."""
        self.come(who)
        made = browser.new_context(viewport={"width": 1280, "height": 900}, **how)
        made.add_cookies([{"name": "geomatch-in", "value": self.tokens[who], "url": address}])
        return made

    def post(self, who: str, kind: str, /, **typed: str) -> Any:
        data = {"roles": "1", "do": "sure", **typed}
        return self.come(who).post(f"/account/posts/{kind}/new", data=data)

    def one(self, statement: str, **values: Any) -> Any:
        with self.owner.connect() as connection:
            return connection.execute(sa.text(statement), values).one()

    def waiting(self) -> dict[str, int]:
        page = self.come("broker", "broker").get("/broker/posts").text
        found = re.findall(r'id="post-(\d+)">([^<]+)<', page)
        return {name: int(number) for number, name in found}

    def publish(self, name: str, **form: str) -> Any:
        number = self.waiting()[name]
        return self.come("broker", "broker").post(f"/broker/posts/{number}/publish", data=form)
