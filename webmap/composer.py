"""folium without pandas, which it wants only to tell a DataFrame from a list; it is handed neither here.

Reading pandas in takes longer than all the rest of a page's libraries together, at every start.
"""

import sys
from importlib import import_module
from types import ModuleType


def load() -> ModuleType:
    """folium with its templates; pandas stays as it was, for whoever imports it later."""
    if "pandas" in sys.modules:
        return _folium()
    sys.modules["pandas"] = None  # type: ignore[assignment]  # Python's own way to say "not to be had"
    try:
        return _folium()
    finally:
        del sys.modules["pandas"]


def _folium() -> ModuleType:
    found = import_module("folium")
    import_module("folium.template")
    return found
