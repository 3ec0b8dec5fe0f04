"""The environment is read once, and a wrong setting says so by name."""

from secrets import token_hex

import pytest

from geomatch import settings
from geomatch.errors import InputError


def test_nothing_set_keeps_everything_at_home() -> None:
    found = settings.read({})
    assert found.mail == str(found.home / "outbox")
    assert not found.in_production


def test_a_site_is_kept_without_its_last_slash() -> None:
    assert settings.read({"GEOMATCH_SITE": "https://share.example/"}).site == "https://share.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GEOMATCH_DATABASE_URL", "mysql://x"),
        ("GEOMATCH_MAIL_FROM", "nobody"),
        ("GEOMATCH_SITE", "share.example"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_given(name: str, value: str) -> None:
    with pytest.raises(InputError, match=f"{name} is '{value}'"):
        settings.read({name: value})


@pytest.mark.parametrize("site", ["https://share.example", "http://share.example", "https://localhost"])
def test_where_others_come_in_nothing_is_served_without_a_secret(site: str) -> None:
    found = settings.read({"GEOMATCH_SITE": site})
    with pytest.raises(InputError, match="GEOMATCH_SECRET is not set"):
        settings.require_secret(found)
    settings.require_secret(settings.read({"GEOMATCH_SITE": site, "GEOMATCH_SECRET": token_hex(32)}))


@pytest.mark.parametrize("secret", [settings.SAMPLE_SECRET, "short", "x" * 64])
def test_the_samples_secret_and_a_poor_one_are_refused_everywhere_and_not_repeated(secret: str) -> None:
    with pytest.raises(InputError, match="GEOMATCH_SECRET") as refused:
        settings.read({"GEOMATCH_SECRET": secret})
    assert secret not in str(refused.value)


def test_a_secret_is_not_told_by_printing_the_settings() -> None:
    secret = token_hex(32)
    assert secret not in repr(settings.read({"GEOMATCH_SECRET": secret}))


def test_on_this_machine_alone_no_secret_is_asked_for() -> None:
    settings.require_secret(settings.read({}))
    settings.require_secret(settings.read({"GEOMATCH_SITE": "http://localhost:8000"}))
