"use strict";
/* The ground under a form: the county's own map with names, and how far so many minutes reach from a postcode. */
window.geomatchGround = function (box, sources) {
  const bounds = L.latLngBounds(sources.bounds);
  const map = L.map(box, { zoomControl: false, attributionControl: false, scrollWheelZoom: false, doubleClickZoom: false, zoomSnap: 0.25,
    minZoom: 7, maxZoom: 17, keyboardPanDelta: 24, maxBounds: bounds.pad(0.6) }).fitBounds(bounds, { animate: false });
  if (matchMedia("(pointer: coarse)").matches) map.dragging.disable();
  const { tiles } = sources;
  if (tiles) {
    L.tileLayer(tiles.url, { minNativeZoom: tiles.least, maxNativeZoom: tiles.most, tileSize: 256 * 2 ** tiles.offset, zoomOffset: -tiles.offset,
      className: tiles.offset ? "own" : "", bounds: bounds.pad(0.2) }).addTo(map);
    const owed = Object.assign(document.createElement("p"), { className: "small", textContent: "Map data: " + tiles.credit + "." });
    if (tiles.credit) box.closest(".drawing, [data-reach]").append(owed);
  }

  async function fetched(address, more, type) {
    const url = new URL(address, location.href);
    for (const [name, value] of Object.entries(more || {})) url.searchParams.set(name, value);
    const answer = await fetch(url, { headers: { Accept: type || "application/json" } });
    if (!answer.ok) throw new Error(url.pathname + " answered " + answer.status);
    return answer.json();
  }

  /* whoever cannot drag moves the map by these */
  const pad = L.control({ position: "topright" });
  pad.onAdd = () => {
    const made = Object.assign(document.createElement("div"), { className: "pan" });
    for (const [way, sign, x, y] of [["up", "↑", 0, -1], ["left", "←", -1, 0], ["home", "⌂", 0, 0], ["right", "→", 1, 0], ["down", "↓", 0, 1]]) {
      const words = way === "home" ? "Show the whole county on the map" : "Move the map " + way;
      const button = Object.assign(document.createElement("button"), { type: "button", title: words, textContent: sign });
      button.setAttribute("aria-label", words);
      button.dataset.way = way;
      button.addEventListener("click", () => (way === "home" ? map.fitBounds(bounds) : map.panBy([x * 120, y * 120])));
      made.append(button);
    }
    L.DomEvent.disableClickPropagation(made);
    return made;
  };
  pad.addTo(map);
  L.control.zoom({ zoomInTitle: "Zoom in on the map", zoomOutTitle: "Zoom out of the map" }).addTo(map);
  L.control.scale({ position: "bottomleft", maxWidth: 110, imperial: false }).addTo(map);

  const names = L.layerGroup().addTo(map);
  map.createPane("names").style.zIndex = 440;
  function name(places) {
    names.clearLayers();
    const taken = [], zoom = map.getZoom();
    for (const [words, rank, lat, lon] of places) {
      const at = map.latLngToContainerPoint([lat, lon]), wide = words.length * 4 + 8;
      if ((rank === 3 && zoom < 11) || !map.getBounds().contains([lat, lon])) continue;
      if (taken.some((each) => Math.abs(each[0] - at.x) < each[2] + wide && Math.abs(each[1] - at.y) < 20)) continue;
      taken.push([at.x, at.y, wide]);
      const label = Object.assign(document.createElement("span"), { textContent: words });
      const icon = L.divIcon({ className: "name " + ["", "city", "big", "village"][rank], html: label });
      L.marker([lat, lon], { pane: "names", icon: icon, interactive: false, keyboard: false })
        .on("add", (event) => event.target.getElement().setAttribute("aria-hidden", "true")).addTo(names);
    }
  }

  async function ground() {
    const told = await fetched(sources.names);
    const places = told.places.sort((one, other) => one[1] - other[1]);
    map.on("moveend", () => name(places));
    name(places);
    if (tiles) return;
    const areas = await fetched(sources.areas, {}, "application/geo+json");
    L.geoJSON(areas, { interactive: false, style: { color: "#6b7a64", weight: 1, fillColor: "#fbfaf5", fillOpacity: 1 } }).addTo(map).bringToBack();
  }

  ground().catch((error) => console.warn(error)).then(() => { box.dataset.ready = "yes"; });
  return { map, fetched };
};

window.geomatchReach = async function (part, sources, form, say) {
  const postcode = form.elements.postcode.value.trim(), minutes = Number(form.elements.serves_minutes.value), mode = form.elements.mode.value;
  const travels = { car: "by car", foot: "on foot", cycle: "by cycle" };
  if (!postcode) return say("Type your postcode above first.", true);
  if (!(minutes > 0 && minutes <= 60)) return say("Say how many minutes, from 1 to 60: no more can be shown.", true);
  const frame = part.querySelector(".mapbox"), box = part.querySelector("[data-map]");
  frame.hidden = false;
  part.ground = part.ground || window.geomatchGround(box, sources);
  const { map, fetched } = part.ground;
  map.invalidateSize();
  const found = (await fetched(sources.locate, { q: postcode, limit: 1 })).matches[0];
  if (!found || !["postcode", "sector", "outcode"].includes(found.kind)) return say("No postcode " + postcode + " is known here.", true);
  const shape = await fetched(sources.reach, { at: found.lon + "," + found.lat, minutes, mode }, "application/geo+json");
  if (part.shape) part.shape.remove();
  part.shape = L.geoJSON(shape, { interactive: false,
    style: { color: "#14507a", weight: 1.5, fillColor: "#14507a", fillOpacity: 0.2 } }).addTo(map);
  map.fitBounds(part.shape.getBounds(), { padding: [12, 12], animate: false });
  say("Inside the line is what lies within " + minutes + " minutes " + travels[mode] + " of " + found.label + ", about " +
    Math.round(shape.properties.square_kilometres) + " square kilometres.");
  box.dataset.reach = "yes";
};
