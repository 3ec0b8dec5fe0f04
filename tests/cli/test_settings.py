"""The environment is read once, and a wrong setting says so by name."""

import pytest

from geomatch import settings
from geomatch.errors import InputError


def test_nothing_set_keeps_everything_at_home() -> None:
    found = settings.read({})
    assert found.mail == str(found.home / "outbox")
    assert not found.open_desk


def test_a_site_is_kept_without_its_last_slash() -> None:
    assert settings.read({"GEOMATCH_SITE": "https://share.example/"}).site == "https://share.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GEOMATCH_DATABASE_URL", "mysql://x"),
        ("GEOMATCH_MAIL_FROM", "nobody"),
        ("GEOMATCH_SITE", "share.example"),
        ("GEOMATCH_OPEN_DESK", "yes please"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_given(name: str, value: str) -> None:
    with pytest.raises(InputError, match=f"{name} is '{value}'"):
        settings.read({name: value})
