"""Forms and names are ours, and what is small stays small."""

import base64
import zlib
from typing import Any

import pytest

from webmap.desk import intake_files
from webmap.desk.intake_files import MOST_FILE_BYTES


def test_a_form_without_its_token_is_refused(desk: Any) -> None:
    for path in ("/account/sign-in", "/broker/needs/new", "/account/", "/admin/", "/account/sign-out"):
        answer = desk.client.post(path, data={"a": "b"})
        assert answer.status_code in (400, 403), path
    assert "Open its page again" in desk.client.post("/broker/needs/new", data={"a": "b"}).text


@pytest.mark.parametrize(
    "name", ["desk.attacker.example", "127.0.0.1.evil.example", "evil.example:8000", "[::2]"]
)
def test_by_a_name_that_is_not_ours_nothing_answers(desk: Any, name: str) -> None:
    for path in ("/", "/broker/", "/api/v1/needs"):
        assert desk.client.get(path, headers={"Host": name}).status_code == 400


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_by_this_machine_s_own_names_everything_does(desk: Any, name: str) -> None:
    assert desk.client.get("/", headers={"Host": name}).status_code == 200


def test_what_is_packed_small_and_unpacks_large_is_refused(desk: Any) -> None:
    bomb = base64.b64encode(zlib.compress(b"x" * 50 * MOST_FILE_BYTES)).decode()
    assert len(bomb) < MOST_FILE_BYTES
    answer = desk.post("/broker/import", "/broker/import", kind="needs", name="t.csv", given=bomb, do="look")
    assert answer.status_code == 400
    assert "at most" in answer.text
    assert len(intake_files._unpacked(bomb)) == MOST_FILE_BYTES + 1, "no more is ever unpacked"
