"use strict";
/* An area drawn on a map, by pointing, by touch or by keys. What is drawn stands in the form as GeoJSON. */
window.geomatchDraw = function (part, sources, field, say, focus) {
  const box = part.querySelector("[data-map]"), form = field.form;
  const { map } = window.geomatchGround(box, sources);
  const act = {};
  for (const button of part.querySelectorAll("[data-do]")) act[button.dataset.do] = button;
  let corners = [], chosen = null, past = [], crossing = false;

  const outline = L.polygon([], { interactive: false, renderer: L.svg() }).addTo(map);
  const pins = L.layerGroup().addTo(map);

  /* whether any two sides of the area cross, its last side that joins the first corner among them */
  function turn(a, b, c) { return Math.sign((b.lng - a.lng) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lng - a.lng)); }
  function crosses(all) {
    const side = (at) => [all[at], all[(at + 1) % all.length]];
    for (let one = 0; one < all.length; one += 1) {
      for (let other = one + 2; other < all.length; other += 1) {
        if (one === 0 && other === all.length - 1) continue;
        const [a, b] = side(one), [c, d] = side(other);
        if (turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b)) return true;
      }
    }
    return false;
  }

  function squareKilometres(all) {
    const wide = 111.32 * Math.cos((all[0].lat * Math.PI) / 180);
    let twice = 0;
    all.forEach((each, at) => {
      const next = all[(at + 1) % all.length];
      twice += (each.lng * next.lat - next.lng * each.lat) * wide * 110.57;
    });
    return twice / 2;
  }

  /* what stands there now, in words */
  function stands() {
    const count = corners.length + (corners.length === 1 ? " corner" : " corners");
    if (!corners.length) return "No corner yet.";
    if (corners.length < 3) return count + "; an area needs three.";
    if (crossing) return count + ". Two of its lines cross: move a corner or take one away, until none do.";
    const size = Math.abs(squareKilometres(corners));
    return count + ", about " + (size < 10 ? size.toFixed(1) : Math.round(size)) + " square kilometres.";
  }

  function write() {
    const round = (number) => Math.round(number * 1e5) / 1e5;
    const ring = corners.map((each) => [round(each.lng), round(each.lat)]);
    if (corners.length > 2 && squareKilometres(corners) < 0) ring.reverse();
    field.value = corners.length > 2 ? JSON.stringify({ type: "Polygon", coordinates: [[...ring, ring[0]]] }) : "";
  }

  function shape() {
    crossing = corners.length > 3 && crosses(corners);
    const colour = crossing ? "#b3261e" : "#14507a";
    outline.setLatLngs(corners).setStyle({ color: colour, weight: 3, fillColor: colour, fillOpacity: 0.15, dashArray: crossing ? "6 6" : null });
  }

  function pin(at) {
    const number = Object.assign(document.createElement("span"), { textContent: at + 1 });
    const icon = L.divIcon({ className: "corner" + (at === chosen ? " is-chosen" : ""), html: number, iconSize: [34, 34] });
    const made = L.marker(corners[at], { icon, draggable: true, keyboard: true, title: "Corner " + (at + 1) });
    made.on("add", () => {
      const seen = made.getElement();
      seen.setAttribute("role", "button");
      seen.setAttribute("aria-label", "Corner " + (at + 1) + " of " + corners.length);
      seen.setAttribute("aria-pressed", String(at === chosen));
      seen.addEventListener("keydown", (event) => keyOnCorner(event, at));
    });
    made.on("click", () => choose(at === chosen ? null : at));
    made.on("drag", () => { corners = moved(at, made.getLatLng()); shape(); });
    made.on("dragstart", () => { past.push({ corners, chosen }); });
    made.on("dragend", () => { chosen = null; draw("Corner " + (at + 1) + " moved. "); });
    return made;
  }

  function draw(words) {
    const held = pins.getLayers().some((each) => each.getElement() === document.activeElement);
    shape();
    write();
    pins.clearLayers();
    const made = corners.map((_, at) => pin(at).addTo(pins));
    if (held) (chosen === null ? box : made[chosen].getElement()).focus({ preventScroll: true });
    act.away.disabled = chosen === null;
    act.put.textContent = chosen === null ? "Put a corner at the cross" : "Move this corner to the cross";
    act.undo.disabled = act.clear.disabled = !past.length && !corners.length;
    box.dataset.corners = corners.length;
    say(words + stands(), crossing);
  }

  function change(words, made, kept) {
    past.push({ corners, chosen });
    corners = made;
    chosen = kept;
    draw(words);
  }

  function moved(at, where) {
    return corners.map((each, other) => (other === at ? where : each));
  }

  function choose(at) {
    chosen = at;
    draw(at === null ? "No corner is chosen. " : "Corner " + (at + 1) + " is chosen: click where it shall go, or take it away. ");
  }

  function put(where) {
    if (chosen === null) return change("Corner " + (corners.length + 1) + " put. ", [...corners, where], null);
    return change("Corner " + (chosen + 1) + " moved. ", moved(chosen, where), null);
  }

  function away(at) {
    change("Corner " + (at + 1) + " taken away. ", corners.filter((_, other) => other !== at), null);
  }

  function undo() {
    const last = past.pop();
    if (!last) return say("There is no step to take back. " + stands());
    corners = last.corners;
    chosen = null;
    return draw("Last step taken back. ");
  }

  function keyOnCorner(event, at) {
    const ways = { ArrowUp: [0, -12], ArrowDown: [0, 12], ArrowLeft: [-12, 0], ArrowRight: [12, 0] };
    if (event.key === "Enter" || event.key === " ") choose(at === chosen ? null : at);
    else if (event.key === "Delete" || event.key === "Backspace") away(at);
    else if (event.key === "Escape") choose(null);
    else if (ways[event.key]) {
      const there = map.containerPointToLatLng(map.latLngToContainerPoint(corners[at]).add(ways[event.key]));
      change("Corner " + (at + 1) + " moved. ", moved(at, there), at);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /* the arrow keys move the map under the cross, which is Leaflet's own doing */
  box.addEventListener("keydown", (event) => {
    if (event.target !== box) return;
    if (event.key === "Enter") put(map.getCenter());
    else if (event.key === "Backspace") undo();
    else if (event.key === "Escape") choose(null);
    else return;
    event.preventDefault();
  });
  map.on("click", (event) => put(event.latlng));
  act.put.addEventListener("click", () => put(map.getCenter()));
  act.undo.addEventListener("click", undo);
  act.away.addEventListener("click", () => { away(chosen); box.focus({ preventScroll: true }); });
  act.clear.addEventListener("click", () => change("Begun anew. ", [], null));

  /* fewer than three corners are no area, and would be lost without a word */
  form.addEventListener("submit", (event) => {
    const wanted = form.querySelector("[name=serves]:checked").value === "area";
    if (!wanted || !corners.length || corners.length > 2) return;
    event.preventDefault();
    say("Nothing is sent yet. " + stands(), true);
    box.focus();
  });

  /* what somebody typed as text is drawn, where it is one plain area */
  function read() {
    const typed = JSON.parse(field.value), told = (typed.features ? typed.features[0].geometry : typed.geometry) || typed;
    if (told.type !== "Polygon" || told.coordinates.length !== 1) throw new Error("not one plain area");
    return told.coordinates[0].slice(0, -1).map(([lng, lat]) => L.latLng(lat, lng));
  }

  function taken() {
    past.push({ corners, chosen });
    try {
      corners = field.value.trim() ? read() : [];
    } catch {
      return say("What stands below as text is more than one plain area: change it there, or draw anew here.", true);
    }
    chosen = null;
    shape();
    if (corners.length) map.fitBounds(outline.getBounds().pad(0.2), { animate: false });
    const text = field.value;
    draw("");
    field.value = text;
    return undefined;
  }

  field.addEventListener("change", taken);
  if (field.value) taken();
  else draw("");
  past = [];
  if (focus) box.focus({ preventScroll: true });
};
