"""Whatever is wrong in an address is refused in one line that helps, with a way on, on every route."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.routing import Rule as Route

import webmap
from tests.webmap import everypage
from tests.webmap.everypage import Town
from webmap import described, openapi
from webmap.parameters import Parameter

WRONG = {
    "at": "9/nowhere/1", "areas": "county", "bbox": "1,2", "colour": "mauve", "kind": "castle",
    "minutes": "soon", "mode": "horse", "on": "2026-13-45", "page": "x", "quarter": "2026-q9",
    "show": "everything-there-is", "spot": "north", "state": "gone", "within": "parish/nobody", "zoom": "99",
    "order": "sideways", "county": "elsewhere", "max_minutes": "soon",
}  # fmt: skip
"""Of every parameter that some page reads one value that it never may have."""
WRONG_PARTS = {"kind": "county", "quarter": "2026-q9", "form": "xlsx"}
NEEDED = {
    "overlays.reach": {"spot": "-2.68,52.633", "minutes": "10"},
    "search_api.near": {"kind": "venue", "near": "Middleton"},
}
"""What makes sense of an address beside the examples of its description."""
NOWHERE = ("assets.", "basemap.", "about.healthy", "about.ready")


def _app() -> Any:
    door = sa.create_engine("postgresql+psycopg://")
    return webmap.create_app(door, desk=door)


def _routes() -> list[Route]:
    found = [each for each in _app().url_map.iter_rules() if "GET" in (each.methods or ())]
    return sorted(
        (each for each in found if not each.endpoint.startswith(NOWHERE)), key=lambda each: each.rule
    )


def _parts(route: Route) -> set[str]:
    """What stands in an address of the route and could be wrong."""
    return route.arguments - set(route.defaults or ())


def _read() -> list[tuple[str, str, Parameter[Any]]]:
    """Path, endpoint and every parameter of every address of the API that is read from the address."""
    app = _app()
    return [
        (path, endpoint, each)
        for path, method, told, endpoint in openapi.operations(app)
        if method == "GET"
        for each in told.parameters
    ]


@pytest.fixture(scope="module")
def town(make_database: Callable[[], str], signed_in: Callable[..., str]) -> Iterator[Town]:
    with everypage.town(make_database(), signed_in) as made:
        yield made


def _get(town: Town, path: str) -> Any:
    return town.app.test_client().get(path, headers={"Host": "localhost"})


def _kind(answer: Any, path: str) -> None:
    """One line that helps, and a way on; in words to a reader, as a problem document to a program."""
    assert answer.status_code in (400, 404), (path, answer.status_code)
    if "/api/" in path:
        assert answer.content_type == "application/problem+json", path
        assert answer.get_json(force=True)["detail"], path
        return
    [line] = re.findall(r'<p class="(?:lead|wrong)"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    assert len(re.sub(r"<[^>]+>", "", line).strip()) > 15, path
    assert re.search(r'<main.*<a href="/', answer.text, re.DOTALL), path
    assert "live-map" not in answer.text, path


@pytest.mark.parametrize(
    "route", [each for each in _routes() if _parts(each)], ids=lambda each: f"{each.endpoint}-{each.rule}"
)
def test_a_wrong_part_of_an_address_is_told_kindly(town: Town, route: Route) -> None:
    path = route.rule
    for name in _parts(route):
        wrong = "987654" if "<int:" + name in path else WRONG_PARTS.get(name, "nobody-at-all")
        path = re.sub(rf"<(?:[^<>]*:)?{name}>", wrong, path)
    _kind(_get(town, path), path)


@pytest.mark.parametrize(
    ("path", "endpoint", "parameter"),
    [each for each in _read() if "{" not in each[0]],
    ids=lambda each: each.name if isinstance(each, Parameter) else str(each),
)
def test_a_wrong_parameter_of_the_api_is_named(
    site: Any, path: str, endpoint: str, parameter: Parameter[Any]
) -> None:
    told = described.of(site.app, endpoint)
    assert told is not None
    wrong = next((each for each in _never(parameter) if not _may_be(parameter, each)), None)
    if wrong is None:
        pytest.skip(f"{parameter.name} may be anything")
    asked = told.example() | NEEDED.get(endpoint, {}) | {parameter.name: wrong}
    answer = site.client.get(path, query_string=asked)
    _kind(answer, path)
    assert answer.get_json(force=True)["parameter"] == parameter.name


def _never(parameter: Parameter[Any]) -> list[str]:
    return [WRONG.get(parameter.name, "x"), "nothing of the kind", "1,2", "-1", "x" * 2_000]


def _may_be(parameter: Parameter[Any], text: str) -> bool:
    try:
        parameter.parse(text)
    except ValueError:
        return False
    return parameter.name not in WRONG


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_parameter_of_a_page_is_refused_wherever_it_is_read(town: Town, name: str) -> None:
    read = 0
    for paths in town.pages.values():
        path = paths[0].partition("?")[0]
        plain, again, wrong = (_get(town, path + query) for query in ("", "", f"?{name}={WRONG[name]}"))
        if plain.status_code != 200 or _same(plain) == _same(wrong) or _same(plain) != _same(again):
            continue  # it does not read the parameter, or is another one each time
        read += 1
        _kind(wrong, f"{path}?{name}")
    assert read or name in ("bbox", "zoom", "quarter", "max_minutes")


def _same(answer: Any) -> tuple[int, str]:
    """An answer without what is new each time: tokens, and the address of the page itself."""
    told = re.sub(r'(value|nonce|name)="[^"]*"|next=[^"&]*', "", answer.text)
    return answer.status_code, re.sub(r"[A-Z2-7]{16,}|M[\d. ]+[vhz].*?Z?\"", "", told)
