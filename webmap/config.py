"""What a deployment may choose, handed down as one value."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WebConfig:
    """How the pages behave.

    ``page_size`` is the length of a list; ``fresh_seconds`` is how long a browser may keep public data
    without asking again; ``contact`` is whom a reader may write to, empty when nobody is named. ``secret``
    signs what a browser keeps for us, and seals what opens the second step; ``site`` is how the site is
    called, in links and by browsers: begun with https it is served so, and cookies and headers hold it to
    that; ``reads_per_second`` is how often one address may ask the API. ``basemaps`` is the folder of the
    counties' own maps; ``basemap_url`` names another publisher's instead, owed to ``basemap_attribution``.
    ``keeps`` is whether a thread of the process makes anew what was lately asked when a county changes;
    whoever is not signed in may then see for ``fresh_seconds`` what was true before.
    """

    page_size: int = 25
    fresh_seconds: int = 60
    contact: str = ""
    secret: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    site: str = "http://127.0.0.1:8000"
    reads_per_second: float = 100
    basemaps: Path | None = None
    basemap_url: str = ""
    basemap_attribution: str = ""
    keeps: bool = False
