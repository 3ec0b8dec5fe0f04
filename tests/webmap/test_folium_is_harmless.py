"""folium compiles text it is given as a template. Installed, it does not, and it is given no data anyway."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import folium
import pytest
from branca.element import Element, Figure, MacroElement
from folium.plugins import FastMarkerCluster

from webmap import maps
from webmap.maps import View

PAYLOADS = (
    "{{ 7*191 }}",
    "{{ cycler.__init__.__globals__.os.getpid() }}",
    "{% for x in (1,2) %}",
    "{# gone #}kept",
)


def _popup(text: str) -> folium.Map:
    made = folium.Map(tiles=None)
    folium.Marker([52, -2], popup=folium.Popup(text)).add_to(made)
    return made


def _tooltip(text: str) -> folium.Map:
    made = folium.Map(tiles=None)
    folium.Marker([52, -2], tooltip=folium.Tooltip(text)).add_to(made)
    return made


def _properties(text: str) -> folium.Map:
    made = folium.Map(tiles=None)
    shape = {
        "type": "Feature",
        "properties": {"name": text},
        "geometry": {"type": "Point", "coordinates": [0, 0]},
    }
    folium.GeoJson({"type": "FeatureCollection", "features": [shape]}).add_to(made)
    return made


def _rows(text: str) -> folium.Map:
    made = folium.Map(tiles=None)
    FastMarkerCluster([[52, -2, text]]).add_to(made)
    return made


def _layer_name(text: str) -> folium.Map:
    made = folium.Map(tiles=None)
    folium.FeatureGroup(name=text).add_to(made)
    folium.LayerControl().add_to(made)
    return made


def _attribution(text: str) -> folium.Map:
    return folium.Map(tiles="/{z}/{x}/{y}.png", attr=text)


VECTORS: list[Callable[[str], folium.Map]] = [_popup, _tooltip, _properties, _rows, _layer_name, _attribution]


@pytest.fixture(autouse=True)
def installed() -> None:
    maps.install()


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: each.__name__.strip("_"))
def test_no_way_in_runs_a_template(vector: Callable[[str], folium.Map], payload: str) -> None:
    html = vector(payload).get_root().render()
    assert "1337" not in html
    assert payload in html or payload.replace("{", "\\u007b") in html


def test_an_element_copied_or_kept_stays_literal() -> None:
    for each in (copy.deepcopy(Element("{{ 7*191 }}")), pickle.loads(pickle.dumps(Element("{{ 7*191 }}")))):  # noqa: S301
        assert each.render() == "{{ 7*191 }}"


def test_installing_again_changes_nothing() -> None:
    before = Element.__init__
    maps.install()
    assert Element.__init__ is before


def test_a_macro_element_of_our_own_still_works() -> None:
    class Hello(MacroElement):  # type: ignore[misc]
        _template = folium.template.Template("{% macro html(this, kwargs) %}<b>{{ 1 + 1 }}</b>{% endmacro %}")

    figure = Figure()
    figure.add_child(Hello())
    assert "<b>2</b>" in figure.render()


def test_equal_maps_are_equal_text_with_local_files_only(site: Any) -> None:
    with site.app.test_request_context("/"):
        one, two = (
            maps.compose(View(10, 52.6, -2.7), {"areas": "/x", "bounds": [[1, 2], [3, 4]]}) for _ in range(2)
        )
    assert one == two
    assert len(one.scripts) == len(one.styles) == 1
    assert "http" not in one.html + one.script + "".join(one.scripts + one.styles)
    assert "<style" not in one.html


def test_a_map_page_hands_folium_no_record(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    compose = maps.compose
    monkeypatch.setattr(maps, "compose", lambda *handed: given.append(handed) or compose(*handed))
    site.client.get("/?show=needs&within=ljc/west-vale&kind=venue")
    told = repr(given)
    assert given
    for text in ("Lunch Club", "Wick", "west-vale", "warm", "7*191"):
        assert text not in told
