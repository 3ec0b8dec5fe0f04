"""What a map costs as folium's own examples make it: every record a marker, everything in the page.

Run by itself, as ``python -m webmap.stock AREAS.geojson RECORDS.geojson``, so that nothing of ours
makes folium other than it is. Prints seconds of the processor, bytes and markers of the page.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any


def main(areas: str, records: str) -> None:
    """Compose and render one page, and print what it took."""
    import brotli
    import folium
    from folium import plugins

    shapes, found = (json.loads(Path(each).read_text("utf-8")) for each in (areas, records))
    began = time.process_time()
    page = folium.Map(location=[52.6, -2.7], zoom_start=9, tiles=None)
    folium.GeoJson(shapes).add_to(page)
    make_cluster: Any = plugins.MarkerCluster
    cluster = make_cluster().add_to(page)
    placed = [each for each in found["features"] if each["geometry"]]
    for each in placed:
        lon, lat = each["geometry"]["coordinates"]
        name = each["properties"]["name"]
        folium.Marker([lat, lon], popup=name, tooltip=name, icon=folium.Icon()).add_to(cluster)
    html = page.get_root().render().encode()
    seconds = time.process_time() - began
    small = len(brotli.compress(html, quality=4))
    print(json.dumps({"seconds": seconds, "bytes": small, "markers": len(placed)}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
