"use strict";
/* The live map of a report: everything it draws stands in the file. Text is put in as text, never as markup. */
window.geomatchReport = function (map) {
  const told = JSON.parse(document.getElementById("data").textContent);
  const box = map.getContainer();
  document.querySelector(".live").hidden = false;
  document.querySelector(".still").classList.add("for-print");
  map.invalidateSize();
  const [west, south, east, north] = told.bounds;
  map.fitBounds([[south, west], [north, east]], { padding: [16, 16], animate: false });
  const text = (words) => Object.assign(document.createElement("span"), { textContent: words });
  L.geoJSON(told.outline, { interactive: false, style: { color: "#21402f", weight: 3, fill: false } }).addTo(map);
  const colours = { offer: "#1d5a7a", need: "#a63a0a", met: "#4d6417" };
  for (const [lat, lon, name, words, sort] of told.marks) {
    const star = sort === "wish" && L.divIcon({ className: "star", html: document.querySelector(".key .wish svg").cloneNode(true), iconSize: [20, 20] });
    const mark = star ? L.marker([lat, lon], { icon: star, keyboard: false })
      : L.circleMarker([lat, lon], { radius: 7, color: "#fff", weight: 2, fillColor: colours[sort], fillOpacity: 1 });
    mark.bindTooltip(() => text(name + " (" + words + ")")).addTo(map);
  }
  const layer = L.layerGroup().addTo(map);
  function names() {
    layer.clearLayers();
    const taken = [], ranks = map.getZoom() >= 11 ? 3 : 2;
    for (const [lat, lon, name, rank] of told.names) {
      const at = map.latLngToContainerPoint([lat, lon]), wide = name.length * 4 + 6;
      if (rank > ranks || taken.some((t) => Math.abs(t[0] - at.x) < t[2] + wide && Math.abs(t[1] - at.y) < 18)) continue;
      taken.push([at.x, at.y, wide]);
      const icon = L.divIcon({ className: "name rank" + rank, html: text(name), iconSize: [0, 0] });
      L.marker([lat, lon], { icon: icon, interactive: false, keyboard: false }).addTo(layer);
    }
  }
  map.on("zoomend", names);
  L.control.zoom({ zoomInTitle: "Zoom in on the map", zoomOutTitle: "Zoom out of the map" }).addTo(map);
  names();
  box.dataset.ready = "yes";
};
