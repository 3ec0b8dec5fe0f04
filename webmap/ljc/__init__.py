"""The page that an LJC's member takes into the room: as a page, a PDF, a table, GeoJSON and JSON."""

from webmap.ljc import api, pages, targets
from webmap.ljc.rooms import blueprint

__all__ = ["api", "blueprint", "pages", "targets"]
