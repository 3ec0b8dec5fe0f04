"use strict";
/* The live map: areas and roads on canvas, names where there is room, marks from the server's clusters. Text from data is only
   ever put in as text, never as markup. */
window.geomatchMap = function (map, sources) {
  const box = map.getContainer();
  box.closest(".live").hidden = false;
  map.invalidateSize();
  const bounds = L.latLngBounds(sources.bounds);
  if (!sources.fixed) map.fitBounds(sources.look || bounds, { padding: [6, 6], animate: false });
  map.setMaxBounds(bounds.pad(0.6));
  if (matchMedia("(pointer: coarse)").matches) map.dragging.disable();

  const state = { marks: [], names: [], roads: [], asked: 0, latest: null };
  for (const [name, level] of [["lanes", 410], ["roads", 420], ["frames", 430], ["names", 590]]) {
    map.createPane(name).style.zIndex = level;
    map.getPane(name).style.pointerEvents = "none";
  }
  const canvas = {};
  for (const pane of ["lanes", "roads", "frames"]) canvas[pane] = L.canvas({ pane: pane, padding: 0.3 });
  const markLayer = L.layerGroup().addTo(map);
  const nameLayer = L.layerGroup().addTo(map);
  const laneLayer = L.layerGroup().addTo(map);

  function element(tag, options, ...children) {
    const made = Object.assign(document.createElement(tag), options);
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  /* the page's own filters go with every question about records */
  const filters = {};
  for (const name of ["show", "kind", "within", "place", "minutes", "mode", "colour"]) {
    const value = new URLSearchParams(location.search).get(name);
    if (value) filters[name] = value;
  }
  if (sources.spot) filters.spot = sources.spot[1] + "," + sources.spot[0];

  async function fetched(address, more, type) {
    const url = new URL(address, location.href);
    for (const [name, value] of Object.entries(more || {})) url.searchParams.set(name, value);
    const answer = await fetch(url, { headers: { Accept: type || "application/json" } });
    if (!answer.ok) throw new Error(url.pathname + " answered " + answer.status);
    return answer.json();
  }

  function bboxOf(area) {
    const west = Math.floor(area.getWest() * 100) / 100, south = Math.floor(area.getSouth() * 100) / 100;
    return [west, south, Math.ceil(area.getEast() * 100) / 100, Math.ceil(area.getNorth() * 100) / 100]
      .map((number) => number.toFixed(2)).join(",");
  }

  /* controls that say what they do to the map */
  L.control.zoom({ zoomInTitle: "Zoom in on the map", zoomOutTitle: "Zoom out of the map" }).addTo(map);
  L.control.scale({ position: "bottomleft", maxWidth: 110 }).addTo(map);
  const pan = L.control({ position: box.clientWidth < 500 ? "bottomright" : "topright" });
  pan.onAdd = function () {
    const pad = element("div", { className: "pan" });
    const ways = { up: ["↑", 0, -1], left: ["←", -1, 0], home: ["⌂", 0, 0], right: ["→", 1, 0], down: ["↓", 0, 1] };
    for (const [way, [sign, x, y]] of Object.entries(ways)) {
      const words = way === "home" ? "Show the whole county on the map" : "Move the map " + way;
      const button = element("button", { type: "button", title: words, textContent: sign });
      button.setAttribute("aria-label", words);
      button.dataset.way = way;
      button.addEventListener("click", () =>
        way === "home" ? map.fitBounds(bounds, { padding: [6, 6] }) : map.panBy([x * 160, y * 160]));
      pad.append(button);
    }
    L.DomEvent.disableClickPropagation(pad);
    return pad;
  };
  pan.addTo(map);

  /* areas, coloured by a share where one is asked for; what has no share has a pattern */
  const plain = { color: "#6b7a64", weight: sources.frames ? 1 : 1.8, fillColor: "#fbfaf5", fillOpacity: sources.raster ? 0 : 1 };
  const shadedEdge = "#3d483a";
  const over = map.createPane("areas");
  over.style.zIndex = 350;
  const areaRenderer = L.canvas({ pane: "areas", padding: 0.3 });

  function hatched() {
    const tile = Object.assign(document.createElement("canvas"), { width: 8, height: 8 }), ink = tile.getContext("2d");
    ink.strokeStyle = "#8a9485";
    ink.lineWidth = 1.4;
    for (const start of [-8, 0, 8]) { ink.moveTo(start, 8); ink.lineTo(start + 8, 0); }
    ink.stroke();
    return ink.createPattern(tile, "repeat");
  }

  async function drawAreas() {
    const asks = [fetched(sources.areas, {}, "application/geo+json"), sources.shades ? fetched(sources.shades, filters) : null];
    const [areas, shades] = await Promise.all(asks);
    const colours = shades ? shades.colours.map((each) => (each === "hatch" ? hatched() : each)) : [];
    function style(feature) {
      const colour = shades ? colours[shades.areas[feature.properties.code]] : undefined;
      return !colour || colour === "blank" ? plain : Object.assign({}, plain, { color: shadedEdge, fillColor: colour, fillOpacity: 0.7 });
    }
    L.geoJSON(areas, {
      pane: "areas", renderer: areaRenderer, style: style,
      onEachFeature: function (feature, layer) {
        const share = shades ? shades.told[feature.properties.code] : null, name = feature.properties.name;
        layer.bindTooltip(() => element("span", { textContent: share ? name + ": " + share : name }), { sticky: true });
        layer.on("mouseover", () => layer.setStyle({ weight: plain.weight + 1.5, color: "#22301f" }));
        layer.on("mouseout", () => layer.setStyle({ weight: plain.weight, color: style(feature).color }));
      },
    }).addTo(map);
    if (!sources.frames || sources.raster) return;
    const frames = await fetched(sources.frames, {}, "application/geo+json");
    L.geoJSON(frames, { pane: "frames", renderer: canvas.frames, interactive: false,
      style: { color: "#66755f", weight: 2, fill: false } }).addTo(map);
  }

  /* the ground within so many minutes of the place: its edge is dashed, so that it does not hang on colour */
  async function drawReach() {
    if (!sources.reach) return;
    const reached = await fetched(sources.reach, filters, "application/geo+json");
    L.geoJSON(reached, { pane: "frames", renderer: canvas.frames, interactive: false,
      style: { color: "#14507a", weight: 2.5, dashArray: "7 5", fillColor: "#14507a", fillOpacity: 0.1 } }).addTo(map);
    box.dataset.reach = "yes";
  }

  /* whoever points at the map is told where that is */
  const sorts = { parish: "parish", division: "division", ljc: "Local Joint Committee" };
  async function where(latlng) {
    const at = latlng.lng.toFixed(5) + "," + latlng.lat.toFixed(5);
    const found = await fetched(sources.here, { at: at });
    const near = new URL(sources.find, location.href);
    near.searchParams.set("near", latlng.lat.toFixed(5) + ", " + latlng.lng.toFixed(5));
    const here = new URL(location.href);
    for (const gone of ["at", "page", "spot"]) here.searchParams.delete(gone);
    here.searchParams.set("place", latlng.lat.toFixed(5) + ", " + latlng.lng.toFixed(5));
    const kinds = Object.keys(sorts).filter((kind) => found[kind]);
    L.popup({ maxWidth: 280 }).setLatLng(latlng).setContent(element("div", {},
      element("strong", { textContent: kinds.length ? "You are in" : "Outside the county" }),
      element("ul", {}, ...kinds.map((kind) => element("li", {},
        element("a", { href: found[kind].href, textContent: found[kind].name }), " " + sorts[kind]))),
      element("p", {}, element("a", { href: here, textContent: "Count minutes from here" })),
      element("p", {}, element("a", { href: near, textContent: "Find what is near here" })))).openOn(map);
  }
  map.on("click", (event) => where(event.latlng).catch(told));

  /* roads and names */
  async function drawBackground() {
    const ground = await fetched(sources.background);
    const casings = [], fills = [];
    for (const road of ground.roads) {
      const main = road.class === 1;
      if (sources.raster) {
        state.roads.push({ number: road.number, main: main, points: road.points.map((at) => L.latLng(at)) });
        continue;
      }
      const options = { pane: "roads", renderer: canvas.roads, interactive: false };
      casings.push(L.geoJSON(road.geometry, { ...options, style: { color: main ? "#b98d3a" : "#cbb67a", weight: main ? 4.2 : 3 } }));
      fills.push(L.geoJSON(road.geometry, { ...options, style: { color: main ? "#f2c879" : "#f8ecca", weight: main ? 2.6 : 1.6 } }));
      const lines = road.geometry.type === "LineString" ? [road.geometry.coordinates] : road.geometry.coordinates;
      state.roads.push({ number: road.number, main: main, points: lines.flat().map(([lon, lat]) => L.latLng(lat, lon)) });
    }
    for (const layer of casings.concat(fills)) layer.addTo(map);
    state.names = ground.places.map(([name, rank, lat, lon]) => ({ name: name, rank: rank, at: L.latLng(lat, lon) }));
    placeNames();
  }

  async function drawLanes() {
    if (sources.raster || map.getZoom() < 13) return laneLayer.clearLayers();
    const found = await fetched(sources.lanes, { bbox: bboxOf(map.getBounds()) });
    laneLayer.clearLayers();
    for (const lane of found.lanes) {
      L.geoJSON(lane, { pane: "lanes", renderer: canvas.lanes, interactive: false, style: { color: "#d6d2c2", weight: 1.8 } }).addTo(laneLayer);
    }
  }

  /* names where there is room, none cut by a mark: cities and towns by size, then road numbers, then villages */
  const pen = document.createElement("canvas").getContext("2d");
  const fonts = { city: "600 15px", big: "700 14px", town: "600 13px", village: "400 12px", road: "600 10.5px" };
  /* where a text may stand about its point, the nearest first, its edge at most "reach" pixels away */
  function spotsAround(wide, reach) {
    const spots = [];
    for (const dy of [0, -14, 14, -21, 21, -28, 28, -36, 36, -44, 44]) {
      for (const dx of [0, wide / 2, -wide / 2, wide, -wide, wide + 12, -wide - 12, wide + 26, -wide - 26, wide + 40, -wide - 40]) {
        const away = Math.hypot(Math.max(0, Math.abs(dx) - wide), Math.max(0, Math.abs(dy) - 8));
        if (away <= reach) spots.push([dx, dy, away + Math.abs(dx) / 20 + Math.abs(dy) / 20]);
      }
    }
    return spots.sort((one, other) => one[2] - other[2]);
  }

  function roomTaken() {
    const edge = box.getBoundingClientRect(), taken = [];
    for (const each of box.parentElement.parentElement.querySelectorAll(".leaflet-control, .onmap")) {
      const room = each.getBoundingClientRect();
      taken.push([room.left - edge.left - 4, room.top - edge.top - 2, room.right - edge.left + 4, room.bottom - edge.top + 2]);
    }
    for (const mark of state.marks) {
      const at = map.latLngToContainerPoint(mark.at);
      taken.push([at.x - mark.half, at.y - mark.high, at.x + mark.half, at.y + mark.high]);
    }
    return taken;
  }

  function placeNames() {
    nameLayer.clearLayers();
    const zoom = map.getZoom(), size = map.getSize(), taken = roomTaken();
    let left = 90;
    function put(text, at, style, reach) {
      const point = map.latLngToContainerPoint(at);
      if (left < 1 || point.x < 0 || point.y < 0 || point.x > size.x || point.y > size.y) return false;
      pen.font = fonts[style.split(" ")[0]] + " system-ui, Arial, sans-serif";
      const road = style.startsWith("road"), wide = pen.measureText(text).width / 2 + (road ? 6 : 3);
      for (const [dx, dy] of road ? [[0, 0]] : spotsAround(wide, reach)) {
        const x = point.x + dx, y = point.y + dy, room = [x - wide, y - 8, x + wide, y + 8];
        if (room[0] < 2 || room[2] > size.x - 2 || room[1] < 2 || room[3] > size.y - 2) continue;
        if (taken.some((t) => room[0] < t[2] && room[2] > t[0] && room[1] < t[3] && room[3] > t[1])) continue;
        taken.push(room);
        left -= 1;
        const label = element("span", { textContent: text });
        label.style.left = dx + "px";
        label.style.top = dy + "px";
        L.marker(at, { pane: "names", interactive: false, keyboard: false, icon: L.divIcon({ className: "name " + style, html: label }) })
          .on("add", (event) => event.target.getElement().setAttribute("aria-hidden", "true")).addTo(nameLayer);
        return true;
      }
      return false;
    }
    const seen = map.getBounds();
    const towns = state.names.filter((each) => each.rank < 3 && seen.contains(each.at));
    towns.forEach((each, turn) => put(each.name, each.at, each.rank === 1 ? "city" : turn < 12 ? "big" : "town", turn < 12 ? 42 : 28));
    if (zoom >= 9) {
      const inner = seen.pad(-0.06);
      for (const road of state.roads) {
        if (!road.number || (!road.main && zoom < 11)) continue;
        const shown = road.points.filter((each) => inner.contains(each));
        for (const share of [0.5, 0.3, 0.7, 0.15, 0.85]) {
          const at = shown[Math.floor(shown.length * share)];
          if (at && put(road.number, at, road.main ? "road" : "road minor")) break;
        }
      }
    }
    if (zoom >= 11) state.names.filter((each) => each.rank === 3).forEach((each) => put(each.name, each.at, "village", 14));
  }

  /* marks */
  const kinds = { venue: "V", equipment: "E", volunteer: "P", skill: "S", fund: "£", information: "i" };
  function face(mark) {
    if (mark.items === 1) {
      const need = mark.thing === "need";
      const done = mark.state === "matched" || mark.state === "met";
      return element("span", { className: "pin " + mark.thing + (need && !done ? " unmatched" : ""),
        textContent: need ? (done ? "✓" : "!") : mark.thing === "aspiration" ? "☆" : kinds[mark.kind] || "•", title: mark.name + " (" + mark.words + ")" });
    }
    const offers = mark.items - mark.needs - mark.aspirations;
    return element("span", { className: "pin both", title: mark.words },
      mark.needs ? element("b", { className: mark.unmatched ? "n" : "n done", textContent: mark.unmatched || "✓" }) : null,
      mark.aspirations ? element("b", { className: "a", textContent: "☆ " + mark.aspirations }) : null,
      offers ? element("b", { className: "r", textContent: offers }) : null);
  }

  /* says what the mark stands for, and takes its measure for the names to keep clear of */
  function marked(mark, made) {
    const pin = made.querySelector(".pin");
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", pin.title);
    mark.half = pin.offsetWidth / 2 + 2;
    mark.high = pin.offsetHeight / 2 + 1;
  }

  function line(item) {
    return element("li", {}, element("a", { href: item.href, textContent: item.name }), " (" + item.words + ")");
  }

  async function open(mark) {
    if (mark.items === 1) {
      return L.popup().setLatLng(mark.at).setContent(element("div", {},
        element("a", { href: mark.href, textContent: mark.name }), element("p", { textContent: mark.words }))).openOn(map);
    }
    const around = L.latLngBounds([[mark.box[1], mark.box[0]], [mark.box[3], mark.box[2]]]);
    const closer = Math.min(map.getBoundsZoom(around.pad(0.3)), map.getZoom() + 3);
    if (mark.items > 8 && closer > map.getZoom() && map.getZoom() < map.getMaxZoom() - 1) {
      return map.setView(around.getCenter(), closer);
    }
    const small = around.pad(0.02), reach = 0.00002;
    const bbox = [small.getWest() - reach, small.getSouth() - reach, small.getEast() + reach, small.getNorth() + reach];
    const found = await fetched(sources.items, { ...filters, bbox: bbox.map((number) => number.toFixed(5)).join(",") });
    const rest = found.total - found.items.length;
    return L.popup({ maxWidth: 320 }).setLatLng(mark.at).setContent(element("div", {},
      element("strong", { textContent: found.total + " here" }),
      element("ul", {}, ...found.items.map(line)),
      rest > 0 ? element("p", { textContent: "and " + rest + " more in the list" }) : null)).openOn(map);
  }

  /* a newer question overtakes an older one, whose asker then waits for the newer */
  function drawMarks() {
    state.latest = askMarks();
    return state.latest;
  }

  async function askMarks() {
    const turn = ++state.asked;
    const found = await fetched(sources.points, { ...filters, zoom: map.getZoom(), bbox: bboxOf(map.getBounds().pad(0.1)) });
    if (turn !== state.asked) return state.latest;
    markLayer.clearLayers();
    state.marks = found.marks;
    for (const mark of found.marks) {
      const icon = L.divIcon({ className: "mark", html: face(mark) });
      L.marker(mark.at, { icon: icon, keyboard: false, riseOnHover: true })
        .on("add", (event) => marked(mark, event.target.getElement()))
        .on("click", () => open(mark).catch(told)).addTo(markLayer);
    }
    box.dataset.marks = found.marks.length;
    box.dataset.items = found.marks.reduce((sum, mark) => sum + mark.items, 0);
    placeNames();
  }

  /* the place that was found, as exactly as it is known */
  if (sources.spot) {
    const [lat, lon, metres] = sources.spot;
    const words = document.querySelector("[data-spot] strong").textContent;
    L.circle([lat, lon], { radius: metres, renderer: L.svg(), interactive: false, color: "#1d271c", weight: 2, dashArray: "5 5",
      fillColor: "#ffbf3c", fillOpacity: 0.15 }).addTo(map);
    L.circleMarker([lat, lon], { renderer: L.svg(), radius: 7, color: "#1d271c", weight: 3, fillColor: "#ffbf3c", fillOpacity: 1 })
      .bindTooltip(() => element("span", { textContent: words })).addTo(map);
  }

  /* where the map looks goes into the address, the form and the pager */
  function remember() {
    const centre = map.getCenter();
    const at = map.getZoom() + "/" + centre.lat.toFixed(4) + "/" + centre.lng.toFixed(4);
    const url = new URL(location.href);
    url.searchParams.set("at", at);
    history.replaceState(null, "", url);
    for (const field of document.querySelectorAll("input[data-view]")) field.value = at;
    for (const link of document.querySelectorAll("a[data-view]")) {
      const target = new URL(link.href);
      target.searchParams.set("at", at);
      link.href = target;
    }
  }

  function told(error) {
    console.warn(error);
    box.dataset.failed = error.message;
  }

  let moved = false;
  map.on("dragstart zoomstart keydown", () => { moved = true; });
  map.on("moveend", () => {
    Promise.all([drawMarks(), drawLanes()]).catch(told);
    if (moved) remember();
  });
  pan.getContainer().addEventListener("click", () => { moved = true; }, true);
  Promise.all([drawAreas(), drawReach(), drawBackground(), drawMarks(), drawLanes()])
    .then(() => { box.dataset.ready = "yes"; }, told);
};
