"""The live map as folium composes it: a lean shell, with every row of data fetched by the page itself.

folium's branca compiles whatever text it is given as a template of its own, so data in its hands would
be run on the server. ``install`` stops that, and besides, nothing but numbers and our own addresses is
ever handed to it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar

from branca.element import CssLink, Element, JavascriptLink, MacroElement

from webmap import assets, composer

folium: Any = composer.load()
Template = folium.template.Template
_FURTHEST_OUT, _CLOSEST = 7, 17
_ids: ContextVar[Iterator[int] | None] = ContextVar("folium_ids", default=None)
_elsewhere = count(1)


class _Literal:
    """Text that renders as itself, where branca would have compiled it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def render(self, **_: Any) -> str:
        return self._text


def install() -> None:
    """Make folium safe and repeatable: text given to an element is never a template, and ids are counted.

    May be called any number of times.
    """
    if getattr(Element, "geomatch_literal", False):
        return
    element: Any = Element
    made, restored = element.__init__, element.__setstate__

    def literal_init(self: Any, template: str | None = None, template_name: str | None = None) -> None:
        made(self, None, template_name)
        if template is not None:
            self._template_str, self._template = template, _Literal(template)

    def literal_setstate(self: Any, state: dict[str, Any]) -> None:
        text = state.get("_template_str")
        restored(self, state | {"_template_str": None})
        if text is not None:
            self._template_str, self._template = text, _Literal(text)

    element.__init__ = literal_init
    element.__setstate__ = literal_setstate
    element._generate_id = classmethod(lambda _: str(next(_ids.get() or _elsewhere)))
    element.geomatch_literal = True


@contextmanager
def counted_ids() -> Iterator[None]:
    """Inside, ids start at 1 anew, so that equal maps are equal text."""
    token = _ids.set(count(1))
    try:
        yield
    finally:
        _ids.reset(token)


class LeanMap(folium.Map):  # type: ignore[misc]
    """Leaflet and nothing else: no other library, no inline style, no fixed viewport."""

    default_js: ClassVar[list[tuple[str, str]]] = []
    default_css: ClassVar[list[tuple[str, str]]] = []
    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div id={{ this.get_name()|tojson }} class="live-map" role="region"
          aria-label="Map of needs and offers, moved with the arrow keys"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
          center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}
        });
        {% endmacro %}
        """
    )

    def render(self, **kwargs: Any) -> str:
        """Put this map's parts into its figure, with Leaflet's files from this site."""
        figure: Any = self.get_root()
        header = figure.header
        header.add_child(JavascriptLink(assets.leaflet("leaflet.js")), name="leaflet")
        header.add_child(CssLink(assets.leaflet("leaflet.css")), name="leaflet_css")
        super().render(**kwargs)
        return ""


class DataLayers(MacroElement):
    """Hands the map to our own script, which fetches areas, roads and records from ``sources``."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        geomatchMap({{ this._parent.get_name() }}, {{ this.sources|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, sources: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "DataLayers"
        self.sources = dict(sources)


class Report(MacroElement):
    """Hands the map of a report to our own script."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        geomatchReport({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Report"


@dataclass(frozen=True, slots=True)
class View:
    """What a map looks at: a zoom level and a centre in degrees."""

    zoom: float
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Tiles:
    """Pictures under the map: their address, the zoom levels there are, and (west, south, east, north)."""

    url: str
    least: int
    most: int
    bounds: tuple[float, float, float, float] | None
    offset: int = 0
    """How many times each side of a tile is twice as long as usual."""


@dataclass(frozen=True, slots=True)
class LiveMap:
    """The parts of a composed map, to be put into a page of our own."""

    html: str
    script: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]


def compose(view: View, sources: Mapping[str, Any], tiles: Tiles | None = None) -> LiveMap:
    """A live map. ``sources`` holds our own addresses and numbers only, never a row of data."""
    with counted_ids():
        drawn = _lean(view, min_zoom=_FURTHEST_OUT, max_zoom=_CLOSEST, prefer_canvas=True)
        drawn.add_child(DataLayers(sources))
        if tiles:  # last, once the map looks where it will
            drawn.add_child(_ground(tiles))
        return _parts(_rendered(drawn))


def compose_picture(view: View, picture: str, bounds: list[list[float]]) -> str:
    """The script of a map over one picture, a data URI, between its south-west and north-east corners.

    ``geomatchReport`` draws the rest from what stands in the file.
    """
    with counted_ids():
        drawn = _lean(view, maxBounds=bounds)
        drawn.add_child(folium.raster_layers.ImageOverlay(picture, bounds, alt="", interactive=False))
        drawn.add_child(Report())
        return str(_rendered(drawn).script.render())


def _lean(view: View, **more: Any) -> LeanMap:
    """A map that looks at something, with the levels of zoom and the manners of all our maps."""
    return LeanMap(
        location=[view.lat, view.lon],
        zoom_start=view.zoom,
        tiles=None,
        zoom_control=False,
        minZoom=_FURTHEST_OUT,
        maxZoom=_CLOSEST,
        scrollWheelZoom=False,
        zoomSnap=0.25,
        attributionControl=False,
        **more,
    )


def _rendered(drawn: LeanMap) -> Any:
    """The figure of a map, with everything in it put where it goes."""
    figure: Any = drawn.get_root()
    figure.render()
    return figure


def _ground(tiles: Tiles) -> Any:
    """The layer of tiles; whom it is owed to stands in the page, as text."""
    west, south, east, north = tiles.bounds or (-180.0, -85.0, 180.0, 85.0)
    return folium.TileLayer(
        tiles=tiles.url,
        attr=" ",
        min_zoom=_FURTHEST_OUT,
        max_zoom=_CLOSEST,
        min_native_zoom=tiles.least + tiles.offset,
        max_native_zoom=tiles.most + tiles.offset,
        tileSize=256 * 2**tiles.offset,
        zoomOffset=-tiles.offset,
        className="own" if tiles.offset else "",
        bounds=[[south - 0.2, west - 0.3], [north + 0.2, east + 0.3]],
    )


def _parts(figure: Any) -> LiveMap:
    links = list(figure.header._children.values())
    return LiveMap(
        html=figure.html.render(),
        script=figure.script.render(),
        scripts=tuple(link.url for link in links if isinstance(link, JavascriptLink)),
        styles=tuple(link.url for link in links if isinstance(link, CssLink)),
    )
